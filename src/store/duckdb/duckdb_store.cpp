#include "store/duckdb/duckdb_store.h"

#include "store/duckdb/event_table.h"
#include "store/duckdb/import_table.h"
#include "store/duckdb/migrations.h"
#include "store/duckdb/name_table.h"
#include "store/duckdb/property_tables.h"
#include "store/duckdb/published_tables.h"

namespace tidemark {
namespace {

using duck::Connection;
using duck::Database;
using duck::Transaction;

/// One file, one connection for all that changes it; reading many events takes connections of its
/// own.
class DuckdbStore final : public Store {
 public:
  DuckdbStore(std::filesystem::path file, Database database, Connection connection)
      : file_(std::move(file)),
        database_(std::move(database)),
        connection_(std::move(connection)) {}

  Result<std::vector<std::string>> account_ids() override {
    return duck::read_names(connection_, duck::NameTable::account);
  }
  Result<std::vector<std::string>> event_names() override {
    return duck::read_names(connection_, duck::NameTable::event_name);
  }

  Result<std::optional<Import>> import_of_content(const std::string& content) override {
    return duck::import_of_content(connection_, content);
  }
  Result<std::uint32_t> next_import_number() override {
    return duck::next_import_number(connection_);
  }
  Result<Import> append(const ImportStep& step) override {
    return in_transaction<Import>([&]() -> Result<Import> {
      if (auto done = duck::append_names(connection_, duck::NameTable::account, step.new_accounts);
          !done) {
        return done.error();
      }
      if (auto done =
              duck::append_names(connection_, duck::NameTable::event_name, step.new_event_names);
          !done) {
        return done.error();
      }
      const auto taken =
          duck::append_events(connection_, step.events, step.import.number, step.dedupe);
      if (!taken) return taken.error();
      if (auto done = duck::rename_event_log(connection_); !done) return done.error();
      if (auto done = duck::append_statements(connection_, step.statements, step.import); !done) {
        return done.error();
      }
      Import import = step.import;
      import.taken += *taken;
      import.duplicates += step.events.size() - *taken;
      if (auto done = duck::save_import(connection_, import, step.rejects); !done) {
        return done.error();
      }
      return import;
    });
  }
  std::string engine_version() override { return duckdb_library_version(); }
  Result<std::optional<Import>> last_import() override { return duck::last_import(connection_); }
  Result<void> forget_import(std::uint32_t number) override {
    return in_transaction<void>([&]() -> Result<void> {
      if (auto done = duck::forget_import(connection_, number); !done) return done;
      return duck::rename_event_log(connection_);
    });
  }
  Result<std::vector<std::string>> unfinished_imports() override {
    return duck::unfinished_imports(connection_);
  }
  Result<void> read_rejects(std::uint32_t import,
                            const std::function<void(const Reject&)>& sink) override {
    return duck::read_rejects(connection_, import, sink);
  }
  Result<std::uint64_t> event_count() override { return duck::event_count(connection_); }
  Result<std::string> event_log_state() override { return duck::event_log_state(connection_); }
  std::optional<std::filesystem::path> cache_folder() override {
    return file_.empty() ? std::nullopt : std::optional(file_.parent_path() / "cache");
  }
  Result<void> read_events(
      EventDetail detail, unsigned,
      const std::function<void(const EventColumns&, unsigned)>& sink) override {
    return duck::read_events(database_, detail, sink);
  }
  Result<std::vector<AccountEvent>> events_of(AccountNumber account) override {
    return duck::events_of(connection_, account);
  }

  Result<std::vector<Statement>> account_statements(
      const std::vector<std::string>& properties) override {
    return duck::account_statements(connection_, properties);
  }
  Result<std::vector<Statement>> statements_of_account(AccountNumber account) override {
    return duck::statements_of_account(connection_, account);
  }
  Result<std::vector<Statement>> user_statements(
      const std::vector<std::string>& properties) override {
    return duck::user_statements(connection_, properties);
  }

  Result<void> publish(const PublishStep& step) override {
    return in_transaction<void>([&] { return duck::publish(connection_, step); });
  }
  Result<void> forget_published() override {
    return in_transaction<void>([&] { return duck::forget_published(connection_); });
  }
  Result<std::vector<PublishedDay>> published_days() override {
    return duck::published_days(connection_);
  }
  Result<std::vector<Calibration>> calibrations() override {
    return duck::calibrations(connection_);
  }
  Result<void> keep_evidence(Day calibration, const std::string& evidence) override {
    return in_transaction<void>(
        [&] { return duck::keep_evidence(connection_, calibration, evidence); });
  }
  Result<std::optional<std::string>> evidence_of(Day calibration) override {
    return duck::evidence_of(connection_, calibration);
  }
  Result<std::optional<DefinitionVersion>> definition(const std::string& hash) override {
    return duck::definition(connection_, hash);
  }
  Result<std::vector<LevelRecord>> records_as_of(Day day) override {
    return duck::records_as_of(connection_, day);
  }
  Result<std::vector<LevelRecord>> records_within(DayRange days) override {
    return duck::records_within(connection_, days);
  }
  Result<std::vector<LevelRecord>> records_of(AccountNumber account) override {
    return duck::records_of(connection_, account);
  }
  Result<std::vector<Change>> changes_within(DayRange days) override {
    return duck::changes_within(connection_, days);
  }
  Result<std::vector<Correction>> corrections_of(AccountNumber account) override {
    return duck::corrections_of(connection_, account);
  }
  Result<std::vector<Change>> changes_of(AccountNumber account) override {
    return duck::changes_of(connection_, account);
  }

 private:
  template <class T, class Work>
  Result<T> in_transaction(const Work& work) {
    auto transaction = Transaction::begin(connection_);
    if (!transaction) return transaction.error();
    Result<T> outcome = work();
    if (!outcome) return outcome;
    if (auto committed = transaction->commit(); !committed) return committed.error();
    return outcome;
  }

  std::filesystem::path file_;  // empty: in memory
  Database database_;
  Connection connection_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_duckdb_store(const std::filesystem::path& file) {
  auto database = Database::open(file);
  if (!database) return database.error();
  auto connection = database->connect();
  if (!connection) return connection.error();
  if (auto migrated = duck::migrate(*connection); !migrated) return migrated.error();
  return std::unique_ptr<Store>(
      std::make_unique<DuckdbStore>(file, *std::move(database), *std::move(connection)));
}

}  // namespace tidemark
