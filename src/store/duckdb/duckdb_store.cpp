#include "store/duckdb/duckdb_store.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "store/duckdb/event_table.h"
#include "store/duckdb/identity_tables.h"
#include "store/duckdb/import_table.h"
#include "store/duckdb/migrations.h"
#include "store/duckdb/name_table.h"
#include "store/duckdb/ordered_events.h"
#include "store/duckdb/property_tables.h"
#include "store/duckdb/published_tables.h"
#include "store/duckdb/refusal_table.h"

namespace tidemark {
namespace {

using duck::Connection;
using duck::Database;
using duck::Transaction;

/// What was read of the log as it stood at one state, shared by the views of a store: with many
/// accounts it is much, and each question needs it.
struct KnownAtState {
  std::mutex lock;
  std::string state;
  std::optional<Names> account_ids;
  std::shared_ptr<const Identity> identity;
};

/// One file, one connection for all that changes it; reading many events takes connections of its
/// own.
class DuckdbStore final : public Store {
 public:
  DuckdbStore(std::filesystem::path file, std::shared_ptr<Database> database, Connection connection,
              std::shared_ptr<KnownAtState> known, std::shared_ptr<duck::OrderedEvents> ordered)
      : file_(std::move(file)),
        database_(std::move(database)),
        connection_(std::move(connection)),
        known_(std::move(known)),
        ordered_(std::move(ordered)) {}

  Result<std::unique_ptr<Store>> beside(Reads reads) override {
    auto connection = database_->connect();
    if (!connection) return connection.error();
    auto store =
        std::make_unique<DuckdbStore>(file_, database_, *std::move(connection), known_, ordered_);
    if (reads == Reads::one_moment) {
      auto snapshot = Transaction::begin(store->connection_);
      if (!snapshot) return snapshot.error();
      store->snapshot_.emplace(*std::move(snapshot));
      // The moment is that of the first question.
      auto state = store->event_log_state();
      if (!state) return state.error();
      store->state_ = *std::move(state);
    }
    return std::unique_ptr<Store>(std::move(store));
  }

  Result<Names> account_ids() override {
    const auto read = [&]() -> Result<Names> {
      auto names = duck::read_names(connection_, duck::NameTable::account);
      if (!names) return names.error();
      return Names(*std::move(names));
    };
    return known_at_state(&KnownAtState::account_ids, read);
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
    Import import = step.import;
    const auto taken = append_step(
        step, {.import = import.number}, step.dedupe,
        [&](const StatementBatch& statements) {
          return duck::append_statements(connection_, statements, step.import);
        },
        [&](const TakenEvents& events) {
          import.taken += events.count;
          import.duplicates += step.intake.events.size() - events.count;
          return duck::save_import(connection_, import, step.rejects);
        });
    if (!taken) return taken.error();
    return import;
  }
  Result<std::vector<bool>> collect(const CollectStep& step) override {
    auto taken = append_step(
        step, {.source = step.source}, Dedupe::message_ids,
        [&](const StatementBatch& statements) {
          return duck::append_dated_statements(connection_, statements);
        },
        [&](const TakenEvents&) -> Result<void> {
          if (auto gone = duck::forget_refusals(connection_, step.replayed); !gone) return gone;
          return duck::append_refusals(connection_, step.refusals);
        });
    if (!taken) return taken.error();
    return std::move(taken->is_new);
  }
  Result<std::shared_ptr<const Identity>> identity() override {
    const auto read = [&]() -> Result<std::shared_ptr<const Identity>> {
      auto identity = duck::read_identity(connection_);
      if (!identity) return identity.error();
      return std::make_shared<const Identity>(*std::move(identity));
    };
    return known_at_state(&KnownAtState::identity, read);
  }
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
  Result<bool> counts_by_domain() override { return duck::counts_by_domain(connection_); }
  Result<void> count_by_domain(bool is_on, Instant now) override {
    return in_transaction<void>([&]() -> Result<void> {
      if (auto begun = duck::begin_batch(connection_); !begun) return begun.error();
      if (auto saved = duck::save_domain_rule(connection_, is_on, now); !saved || !is_on) {
        return saved;
      }
      auto domains = duck::known_domains(connection_);
      if (!domains) return domains.error();
      const auto known = account_ids();
      if (!known) return known.error();
      std::unordered_set<std::string> names;
      for (std::string name : *known) {
        std::ranges::transform(name, name.begin(), [](unsigned char character) {
          return static_cast<char>(std::tolower(character));
        });
        names.insert(std::move(name));
      }
      std::erase_if(*domains, [&](const std::string& domain) { return names.contains(domain); });
      return append_names(*domains, {});
    });
  }
  Result<void> read_senders(const std::function<void(const EventSender&)>& sink) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::read_senders(connection_, **known, sink);
  }
  Result<std::vector<UnnamedSender>> unnamed_senders() override {
    return duck::unnamed_senders(connection_);
  }
  Result<std::vector<ArrivedEvent>> arrived_since(std::uint64_t batch, int limit) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::arrived_since(connection_, **known, batch, limit);
  }
  Result<std::vector<Refusal>> refusals(int limit) override {
    return duck::refusals(connection_, limit);
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
    if (snapshot_) return duck::read_events(connection_, **known, detail, sink);
    auto connection = database_->connect();
    if (!connection) return connection.error();
    const auto snapshot = Transaction::begin(*connection);
    if (!snapshot) return snapshot.error();
    return duck::read_events(*connection, **known, detail, sink);
  }
  Result<std::optional<Instant>> last_event(Instant until) override {
    return duck::last_event(connection_, until);
  }
  Result<void> read_arrived(Instant from, Instant until,
                            const std::function<void(const ArrivedColumns&)>& sink) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::read_arrived(connection_, **known, from, until, sink);
  }
  Result<std::vector<AccountEvent>> events_of(AccountNumber account) override {
    const auto known = identity();
    if (!known) return known.error();
    const auto ordered = ordered_->batch(connection_);
    if (!ordered) return ordered.error();
    return duck::events_of(connection_, **known, account, *ordered);
  }
  Result<void> order_events() override { return ordered_->renew(connection_); }
  void break_off() override { connection_.break_off(); }

  Result<std::vector<Statement>> account_statements(
      const std::vector<std::string>& properties) override {
    return duck::account_statements(connection_, properties);
  }
  Result<std::vector<Statement>> statements_of_account(AccountNumber account) override {
    return duck::statements_of_account(connection_, account);
  }
  Result<std::vector<Statement>> statements_of_users(const std::vector<std::string>& users,
                                                     const std::string& property) override {
    return duck::statements_of_users(connection_, users, property);
  }

  Result<void> publish(const PublishStep& step) override {
    return in_transaction<void>([&] { return duck::publish(connection_, step); });
  }
  Result<void> forget_published() override {
    return in_transaction<void>([&] { return duck::forget_published(connection_); });
  }
  Result<void> mark_days(const std::vector<IncompleteDay>& marks) override {
    return in_transaction<void>([&] { return duck::mark_days(connection_, marks); });
  }
  Result<std::vector<IncompleteDay>> incomplete_days() override {
    return duck::incomplete_days(connection_);
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
  Result<std::vector<PublishedMerge>> published_merges() override {
    return duck::published_merges(connection_);
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

  /// Stores what a step brings as one batch of the log: names, events, what is said of accounts and
  /// users, and at last what `finish(taken)` adds.
  template <class Step, class State, class Finish>
  Result<TakenEvents> append_step(const Step& step, duck::EventOrigin origin, Dedupe dedupe,
                                  const State& state, const Finish& finish) {
    if (auto caught_up = catch_up(); !caught_up) return caught_up.error();
    auto taken = in_transaction<TakenEvents>([&]() -> Result<TakenEvents> {
      const auto batch = duck::begin_batch(connection_);
      if (!batch) return batch.error();
      origin.batch = *batch;
      if (auto done = append_names(step.new_accounts, step.new_event_names); !done) {
        return done.error();
      }
      auto events =
          duck::append_events(connection_, *messages_, step.intake.events, origin, dedupe);
      if (!events) return events;
      for (const auto* statements : {&step.intake.of_accounts, &step.intake.of_users}) {
        if (auto done = state(*statements); !done) return done.error();
      }
      if (auto done = duck::append_aliases(connection_, step.intake.aliases, origin.import);
          !done) {
        return done.error();
      }
      if (auto done = finish(*events); !done) return done.error();
      return events;
    });
    if (!taken) return taken;
    std::vector<Wide> messages;
    for (std::size_t row = 0; row < taken->is_new.size(); ++row) {
      if (taken->is_new[row]) messages.push_back(step.intake.events.message[row]);
    }
    // What is stored is stored: an index that fails here is caught up before the next batch.
    is_caught_up_ = bool(messages_->add(messages, origin.batch));
    return taken;
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

  /// What a view of one moment need not read again; another one reads, as it may be of a moment
  /// that never comes to be.
  template <class Member, class Read>
  auto known_at_state(Member member, const Read& read) -> decltype(read()) {
    if (!snapshot_) return read();
    const std::lock_guard lock(known_->lock);
    if (known_->state != state_) {
      known_->state = state_;
      known_->account_ids.reset();
      known_->identity.reset();
    }
    auto& kept = *known_.*member;
    if (!kept) {
      auto value = read();
      if (!value) return value;
      kept = *std::move(value);
    }
    if constexpr (std::is_same_v<decltype(kept), std::optional<Names>&>) {
      return *kept;
    } else {
      return kept;
    }
  }

  template <class T, class Work>
  Result<T> in_transaction(const Work& work) {
    if (snapshot_) return work();  // which is rolled back with it
    auto transaction = Transaction::begin(connection_);
    if (!transaction) return transaction.error();
    Result<T> outcome = work();
    if (!outcome) return outcome;
    if (auto committed = transaction->commit(); !committed) return committed.error();
    return outcome;
  }

  std::filesystem::path file_;  // empty: in memory
  std::shared_ptr<Database> database_;
  Connection connection_;
  std::shared_ptr<KnownAtState> known_;
  std::shared_ptr<duck::OrderedEvents> ordered_;
  std::optional<Transaction> snapshot_;
  std::string state_;                       // of the event log at its moment
  std::unique_ptr<MessageIndex> messages_;  // opened when events are first added
  bool is_caught_up_ = false;
};

}  // namespace

Result<std::unique_ptr<Store>> open_duckdb_store(const std::filesystem::path& file) {
  auto database = Database::open(file);
  if (!database) return database.error();
  auto connection = database->connect();
  if (!connection) return connection.error();
  // The database puts aside what needs more memory. Without a limit it keeps all it ever wrote, up
  // to most of the machine.
  if (auto set = connection->run("SET memory_limit = '1GB'"); !set) return set.error();
  if (auto migrated = duck::migrate(*connection); !migrated) return migrated.error();
  auto ordered = std::make_shared<duck::OrderedEvents>(
      file.empty() ? file : file.parent_path() / "cache" / "events_by_account.duckdb");
  return std::unique_ptr<Store>(std::make_unique<DuckdbStore>(
      file, std::make_shared<Database>(*std::move(database)), *std::move(connection),
      std::make_shared<KnownAtState>(), std::move(ordered)));
}

}  // namespace tidemark
