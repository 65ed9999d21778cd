#include "store/duckdb/duckdb_store.h"

#include "store/duckdb/event_table.h"
#include "store/duckdb/identity_tables.h"
#include "store/duckdb/import_table.h"
#include "store/duckdb/migrations.h"
#include "store/duckdb/name_table.h"
#include "store/duckdb/property_tables.h"
#include "store/duckdb/published_tables.h"
#include "store/duckdb/refusal_table.h"

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
    return adding_events<Import>(
        step.intake.events, [&](std::uint64_t batch) -> Result<std::pair<Import, TakenEvents>> {
          if (auto done = append_names(step.new_accounts, step.new_event_names); !done) {
            return done.error();
          }
          auto taken = duck::append_events(connection_, *messages_, step.intake.events,
                                           {step.import.number, {}, batch}, step.dedupe);
          if (!taken) return taken.error();
          for (const auto* statements : {&step.intake.of_accounts, &step.intake.of_users}) {
            if (auto done = duck::append_statements(connection_, *statements, step.import); !done) {
              return done.error();
            }
          }
          if (auto done = duck::append_aliases(connection_, step.intake.aliases); !done) {
            return done.error();
          }
          Import import = step.import;
          import.taken += taken->count;
          import.duplicates += step.intake.events.size() - taken->count;
          if (auto done = duck::save_import(connection_, import, step.rejects); !done) {
            return done.error();
          }
          return std::pair(std::move(import), *std::move(taken));
        });
  }
  Result<std::vector<bool>> collect(const CollectStep& step) override {
    return adding_events<std::vector<bool>>(
        step.intake.events,
        [&](std::uint64_t batch) -> Result<std::pair<std::vector<bool>, TakenEvents>> {
          if (auto done = append_names(step.new_accounts, step.new_event_names); !done) {
            return done.error();
          }
          constexpr std::uint32_t kLive = 0;
          auto taken = duck::append_events(connection_, *messages_, step.intake.events,
                                           {kLive, step.source, batch}, Dedupe::message_ids);
          if (!taken) return taken.error();
          for (const auto* statements : {&step.intake.of_accounts, &step.intake.of_users}) {
            if (auto done = duck::append_dated_statements(connection_, *statements); !done) {
              return done.error();
            }
          }
          if (auto done = duck::append_aliases(connection_, step.intake.aliases); !done) {
            return done.error();
          }
          if (auto done = duck::append_refusals(connection_, step.refusals); !done) {
            return done.error();
          }
          return std::pair(taken->is_new, *taken);
        });
  }
  Result<Identity> identity() override { return duck::read_identity(connection_); }
  Result<std::vector<AccountMerge>> merges() override { return duck::merges(connection_); }
  Result<void> merge_accounts(const AccountMerge& merge) override {
    return in_transaction<void>([&]() -> Result<void> {
      if (auto begun = duck::begin_batch(connection_); !begun) return begun.error();
      return duck::append_merge(connection_, merge);
    });
  }
  Result<void> unmerge_account(AccountNumber account) override {
    return in_transaction<void>([&]() -> Result<void> {
      if (auto begun = duck::begin_batch(connection_); !begun) return begun.error();
      return duck::forget_merge(connection_, account);
    });
  }
  Result<void> read_senders(const std::function<void(const EventSender&)>& sink) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::read_senders(connection_, *known, sink);
  }
  Result<std::vector<ArrivedEvent>> arrived_since(std::uint64_t batch, int limit) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::arrived_since(connection_, *known, batch, limit);
  }
  Result<std::vector<Refusal>> refusals(int limit) override {
    return duck::refusals(connection_, limit);
  }
  Result<void> forget_refusals(const std::vector<std::uint64_t>& numbers) override {
    return in_transaction<void>([&] { return duck::forget_refusals(connection_, numbers); });
  }
  std::string engine_version() override { return duckdb_library_version(); }
  Result<std::optional<Import>> last_import() override { return duck::last_import(connection_); }
  Result<void> forget_import(std::uint32_t number) override {
    return in_transaction<void>([&]() -> Result<void> {
      if (auto done = duck::forget_import(connection_, number); !done) return done;
      is_caught_up_ = false;
      return duck::begin_log(connection_);
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
  Result<std::string> event_log_state() override {
    auto log = duck::event_log(connection_);
    if (!log) return log.error();
    return std::move(log->state);
  }
  std::optional<std::filesystem::path> cache_folder() override {
    return file_.empty() ? std::nullopt : std::optional(file_.parent_path() / "cache");
  }
  Result<void> read_events(
      EventDetail detail, unsigned,
      const std::function<void(const EventColumns&, unsigned)>& sink) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::read_events(database_, *known, detail, sink);
  }
  Result<std::vector<AccountEvent>> events_of(AccountNumber account) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::events_of(connection_, *known, account);
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
  using TakenEvents = duck::TakenEvents;

  Result<void> append_names(const std::vector<std::string>& accounts,
                            const std::vector<std::string>& event_names) {
    if (auto done = duck::append_names(connection_, duck::NameTable::account, accounts); !done) {
      return done;
    }
    return duck::append_names(connection_, duck::NameTable::event_name, event_names);
  }

  /// Runs `work(batch)`, which adds `events` and answers with what it made and which were taken, as
  /// one batch of the log.
  template <class T, class Work>
  Result<T> adding_events(const EventBatch& events, const Work& work) {
    if (auto caught_up = catch_up(); !caught_up) return caught_up.error();
    std::uint64_t batch = 0;
    auto done =
        in_transaction<std::pair<T, TakenEvents>>([&]() -> Result<std::pair<T, TakenEvents>> {
          const auto begun = duck::begin_batch(connection_);
          if (!begun) return begun.error();
          batch = *begun;
          return work(batch);
        });
    if (!done) return done.error();
    std::vector<Wide> messages;
    for (std::size_t row = 0; row < events.size(); ++row) {
      if (done->second.is_new[row]) messages.push_back(events.message[row]);
    }
    // What is stored is stored: an index that fails here is caught up before the next batch.
    is_caught_up_ = bool(messages_->add(messages, batch));
    return std::move(done->first);
  }

  /// Opens the index of message ids and adds what it lacks of the log.
  Result<void> catch_up() {
    if (is_caught_up_) return {};
    if (!messages_) {
      auto opened = MessageIndex::open(file_.empty() ? file_ : file_.parent_path() / "messages");
      if (!opened) return opened.error();
      messages_ = *std::move(opened);
    }
    const auto log = duck::event_log(connection_);
    if (!log) return log.error();
    if (messages_->log() != log->log) {
      if (auto begun = messages_->begin(log->log); !begun) return begun;
    }
    if (messages_->batch() < log->batch || messages_->batch() == 0) {
      auto read =
          duck::read_messages(connection_, messages_->batch(), [&](std::span<const Wide> messages) {
            return messages_->add(messages, messages_->batch());
          });
      if (!read) return read;
      if (auto done = messages_->add({}, log->batch); !done) return done;
    }
    is_caught_up_ = true;
    return {};
  }

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
  std::unique_ptr<MessageIndex> messages_;  // opened when events are first added
  bool is_caught_up_ = false;
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
