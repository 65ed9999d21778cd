#include "store/duckdb/duckdb_store.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "store/domains_without_account.h"
#include "store/duckdb/event_table.h"
#include "store/duckdb/identity_tables.h"
#include "store/duckdb/import_table.h"
#include "store/duckdb/log_reading.h"
#include "store/duckdb/migrations.h"
#include "store/duckdb/name_table.h"
#include "store/duckdb/ordered_copy.h"
#include "store/duckdb/property_tables.h"
#include "store/duckdb/published_tables.h"
#include "store/duckdb/refusal_table.h"
#include "store/duckdb/remembered.h"
#include "store/duckdb/verification.h"

namespace tidemark {
namespace {

using duck::Connection;
using duck::Database;
using duck::Part;
using duck::Transaction;

/// What views of one moment read again and again, shared by all views of a store.
struct Memory {
  duck::ChangeCounts changes;
  duck::Remembered<Names> account_ids;
  duck::Remembered<Names> event_names;
  duck::Remembered<std::shared_ptr<const Identity>> identity;
  duck::Remembered<duck::PublishedLog> published_log;
  duck::Remembered<std::vector<PublishedDay>> published_days;
  duck::Remembered<std::vector<Calibration>> calibrations;
  duck::Remembered<std::vector<PublishedMerge>> published_merges;
  duck::Remembered<duck::Definitions> definitions;
};

class DuckdbStore;

/// What all views of a store share: the open database, and what is known of it.
struct SharedDatabase {
  SharedDatabase(const std::filesystem::path& path, StoreAccess may)
      : file(path),
        access(may),
        ordered(path.empty() ? path : path.parent_path() / "cache" / "by_account.duckdb") {}

  /// The open database; after a failed write it is opened again. Fails with `unavailable` as long
  /// as it cannot be, or somebody is still at the one that failed.
  Result<Database> open();

  std::filesystem::path file;  // empty: in memory
  StoreAccess access;
  Memory memory;
  duck::OrderedCopy ordered;

  std::mutex lock;  // of what follows
  std::optional<Database> database;
  bool was_open = false;
  std::weak_ptr<duck::Instance> failed;  // what is in use of one that was given up
  std::set<DuckdbStore*> views;          // that are not of one moment: they go on with another one
  const DuckdbStore* owner = nullptr;    // the first one, which alone stores events

  bool is_owner(const DuckdbStore& view) {
    const std::lock_guard locked(lock);
    return owner == &view;
  }
};

/// One file. A view of one moment has a connection of its own for its life; the others connect
/// again when the database was opened again.
class DuckdbStore final : public Store {
 public:
  explicit DuckdbStore(std::shared_ptr<SharedDatabase> shared) : shared_(std::move(shared)) {
    const std::lock_guard lock(shared_->lock);
    shared_->views.insert(this);
    if (shared_->owner == nullptr) shared_->owner = this;
  }
  ~DuckdbStore() override {
    const std::lock_guard lock(shared_->lock);
    shared_->views.erase(this);
  }
  DuckdbStore(const DuckdbStore&) = delete;
  DuckdbStore& operator=(const DuckdbStore&) = delete;

  /// Connects, now and not when it is asked first.
  Result<void> connect() { return connection()->check_usable(); }

  /// Lets go of a database that was given up, unless it is in use right now.
  void let_go() {
    const std::unique_lock lock(connection_lock_, std::try_to_lock);
    if (lock && uses_ == 0 && !snapshot_ && !connection_.is_usable()) assign(Connection());
  }

  Result<std::unique_ptr<Store>> beside(Reads reads) override {
    auto store = std::make_unique<DuckdbStore>(shared_);
    const Use use = store->connection();  // until all of it is there
    if (auto connected = use->check_usable(); !connected) return connected.error();
    if (reads == Reads::one_moment) {
      store->sees_copies_ = shared_->ordered.is_attached();
      auto snapshot = Transaction::begin(use, Transaction::Purpose::reads);
      if (!snapshot) return snapshot.error();
      store->snapshot_.emplace(*std::move(snapshot));
      // The moment is that of the first question.
      const duck::PartCounts before = shared_->memory.changes.now();
      auto log = duck::event_log(use);
      if (!log) return log.error();
      store->log_ = *std::move(log);
      store->seen_ = {before, shared_->memory.changes.now()};
    }
    return std::unique_ptr<Store>(std::move(store));
  }

  Result<Names> account_ids() override {
    return shared_->memory.account_ids.value(seen_.of(Part::names),
                                             [&] { return read_names(duck::NameTable::account); });
  }
  Result<Names> event_names() override {
    return shared_->memory.event_names.value(
        seen_.of(Part::names), [&] { return read_names(duck::NameTable::event_name); });
  }

  Result<std::optional<Import>> import_of_content(const std::string& content) override {
    return duck::import_of_content(connection(), content);
  }
  Result<std::uint32_t> next_import_number() override {
    return duck::next_import_number(connection());
  }
  Result<Import> append(const ImportStep& step) override {
    Import import = step.import;
    const auto taken = append_step(
        step, {.import = import.number}, step.dedupe,
        [&](const StatementBatch& statements) {
          return duck::append_statements(connection(), statements, step.import);
        },
        [&](const TakenEvents& events) {
          import.taken += events.count;
          import.duplicates += step.intake.events.size() - events.count;
          return duck::save_import(connection(), import, step.rejects);
        });
    if (!taken) return taken.error();
    return import;
  }
  Result<std::vector<bool>> collect(const CollectStep& step) override {
    auto taken = append_step(
        step, {.source = step.source}, Dedupe::message_ids,
        [&](const StatementBatch& statements) {
          return duck::append_dated_statements(connection(), statements);
        },
        [&](const TakenEvents&) -> Result<void> {
          if (auto gone = duck::forget_refusals(connection(), step.replayed); !gone) return gone;
          return duck::append_refusals(connection(), step.refusals);
        });
    if (!taken) return taken.error();
    return std::move(taken->is_new);
  }
  Result<std::shared_ptr<const Identity>> identity() override {
    using Shared = std::shared_ptr<const Identity>;
    return shared_->memory.identity.value(seen_.of(Part::identity), [&]() -> Result<Shared> {
      auto identity = duck::read_identity(connection());
      if (!identity) return identity.error();
      return std::make_shared<const Identity>(*std::move(identity));
    });
  }
  Result<std::vector<AccountMerge>> merges() override { return duck::merges(connection()); }
  Result<void> merge_accounts(const AccountMerge& merge) override {
    return in_transaction<void>({Part::identity}, [&]() -> Result<void> {
      if (auto begun = duck::begin_batch(connection()); !begun) return begun.error();
      return duck::append_merge(connection(), merge);
    });
  }
  Result<void> unmerge_account(AccountNumber account) override {
    return in_transaction<void>({Part::identity}, [&]() -> Result<void> {
      if (auto begun = duck::begin_batch(connection()); !begun) return begun.error();
      return duck::forget_merge(connection(), account);
    });
  }
  Result<bool> counts_by_domain() override { return duck::counts_by_domain(connection()); }
  Result<void> count_by_domain(bool is_on, Instant now) override {
    return in_transaction<void>({Part::names, Part::identity}, [&]() -> Result<void> {
      if (auto begun = duck::begin_batch(connection()); !begun) return begun.error();
      if (auto saved = duck::save_domain_rule(connection(), is_on, now); !saved || !is_on) {
        return saved;
      }
      auto domains = duck::known_domains(connection());
      if (!domains) return domains.error();
      const auto known = account_ids();
      if (!known) return known.error();
      const auto missing = domains_without_account(*std::move(domains), *known);
      return append_names(missing, {});
    });
  }
  Result<void> read_senders(const std::function<void(const EventSender&)>& sink) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::read_senders(connection(), **known, sink);
  }
  Result<std::vector<UnnamedSender>> unnamed_senders() override {
    return duck::unnamed_senders(connection());
  }
  Result<std::vector<ArrivedEvent>> arrived_since(std::uint64_t batch, int limit) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::arrived_since(connection(), **known, batch, limit);
  }
  Result<std::vector<Refusal>> refusals(int limit) override {
    return duck::refusals(connection(), limit);
  }
  std::string engine_version() override {
    return std::string("DuckDB ") + duckdb_library_version();
  }
  Result<std::optional<Import>> last_import() override { return duck::last_import(connection()); }
  Result<void> forget_import(std::uint32_t number) override {
    return in_transaction<void>({Part::identity, Part::imports}, [&]() -> Result<void> {
      if (auto done = duck::forget_import(connection(), number); !done) return done;
      is_caught_up_ = false;
      return duck::begin_log(connection());
    });
  }
  std::uint64_t changes() override { return shared_->memory.changes.sum(); }
  Result<std::vector<std::string>> unfinished_imports() override {
    return duck::unfinished_imports(connection());
  }
  Result<void> read_rejects(std::uint32_t import,
                            const std::function<void(const Reject&)>& sink) override {
    return duck::read_rejects(connection(), import, sink);
  }
  Result<std::vector<Import>> imports() override { return duck::imports(connection()); }
  Result<void> read_log(std::uint32_t import, const std::function<bool(LogPart)>& sink) override {
    if (!snapshot_) {
      return at_one_moment([&](Store& store) { return store.read_log(import, sink); });
    }
    return duck::read_log(connection(), import, sink);
  }
  Result<std::uint64_t> event_count() override { return duck::event_count(connection()); }
  Result<std::string> event_log_state() override {
    auto log = event_log();
    if (!log) return log.error();
    return std::move(log->state);
  }
  std::optional<std::filesystem::path> cache_folder() override {
    const bool has_place =
        !shared_->file.empty() && shared_->access == StoreAccess::reads_and_writes;
    return has_place ? std::optional(shared_->file.parent_path() / "cache") : std::nullopt;
  }
  Result<void> read_events(
      EventDetail detail, unsigned,
      const std::function<void(const EventColumns&, unsigned)>& sink) override {
    const auto known = identity();
    if (!known) return known.error();
    if (snapshot_) return duck::read_events(connection(), **known, detail, sink);
    const auto database = shared_->open();
    if (!database) return database.error();
    auto connection = Database(*database).connect();
    if (!connection) return connection.error();
    const auto snapshot = Transaction::begin(*connection, Transaction::Purpose::reads);
    if (!snapshot) return snapshot.error();
    return duck::read_events(*connection, **known, detail, sink);
  }
  Result<std::optional<Instant>> last_event(Instant until) override {
    return duck::last_event(connection(), until);
  }
  Result<void> read_arrived(Instant from, Instant until,
                            const std::function<void(const ArrivedColumns&)>& sink) override {
    const auto known = identity();
    if (!known) return known.error();
    return duck::read_arrived(connection(), **known, from, until, sink);
  }
  Result<std::vector<AccountEvent>> events_of(AccountNumber account) override {
    if (!snapshot_) return at_one_moment([&](Store& store) { return store.events_of(account); });
    const auto known = identity();
    if (!known) return known.error();
    return from_copies(
        [&](const duck::OrderedCopy::Reach& copied) {
          return duck::events_of(connection(), **known, account, copied.events);
        },
        [&](Store& store) { return store.events_of(account); });
  }
  Result<void> order_by_account() override { return shared_->ordered.renew(connection()); }
  Result<std::vector<std::string>> verify() override {
    auto problems = duck::verify(connection());
    if (!problems || !problems->empty() || shared_->file.empty() || !shared_->is_owner(*this)) {
      return problems;
    }
    const auto missing = messages_missing_in_index();
    if (!missing) return missing.error();
    if (*missing > 0) {
      problems->push_back(
          fmt::format("{} message ids are not in the index of message ids: delete the folder "
                      "messages, it is made anew from the events",
                      *missing));
    }
    return problems;
  }
  void break_off() override {
    const std::unique_lock lock(connection_lock_, std::try_to_lock);
    if (lock) return;  // nothing is asked
    const std::lock_guard assigning(assigning_);
    connection_.break_off();
  }

  Result<std::vector<Statement>> account_statements(
      const std::vector<std::string>& properties) override {
    return duck::account_statements(connection(), properties);
  }
  Result<std::vector<Statement>> statements_of_account(AccountNumber account) override {
    return duck::statements_of_account(connection(), account);
  }
  Result<std::vector<Statement>> statements_of_users(const std::vector<std::string>& users,
                                                     const std::string& property) override {
    return duck::statements_of_users(connection(), users, property);
  }

  Result<void> publish(const PublishStep& step) override {
    return in_transaction<void>({Part::published},
                                [&] { return duck::publish(connection(), step); });
  }
  Result<void> forget_published() override {
    return in_transaction<void>({Part::published},
                                [&] { return duck::forget_published(connection()); });
  }
  Result<void> mark_days(const std::vector<IncompleteDay>& marks) override {
    return in_transaction<void>({Part::marks},
                                [&] { return duck::mark_days(connection(), marks); });
  }
  Result<std::vector<IncompleteDay>> incomplete_days() override {
    return duck::incomplete_days(connection());
  }
  Result<std::vector<PublishedDay>> published_days() override {
    return shared_->memory.published_days.value(seen_.of(Part::published),
                                                [&] { return duck::published_days(connection()); });
  }
  Result<std::vector<Calibration>> calibrations() override {
    return shared_->memory.calibrations.value(seen_.of(Part::published),
                                              [&] { return duck::calibrations(connection()); });
  }
  Result<void> keep_evidence(Day calibration, const std::string& evidence) override {
    return in_transaction<void>({Part::published}, [&] {
      return duck::keep_evidence(connection(), calibration, evidence);
    });
  }
  Result<std::optional<std::string>> evidence_of(Day calibration) override {
    return duck::evidence_of(connection(), calibration);
  }
  Result<std::optional<DefinitionVersion>> definition(const std::string& hash) override {
    const auto versions = shared_->memory.definitions.value(
        seen_.of(Part::published), [&] { return duck::definitions(connection()); });
    if (!versions) return versions.error();
    const auto found = versions->find(hash);
    return found == versions->end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::vector<LevelRecord>> records_as_of(Day day, AccountRange accounts) override {
    return duck::records_as_of(connection(), day, accounts);
  }
  Result<std::vector<LevelRecord>> records_within(DayRange days) override {
    return duck::records_within(connection(), days);
  }
  Result<std::vector<LevelRecord>> records_of(AccountNumber account) override {
    if (!snapshot_) return at_one_moment([&](Store& store) { return store.records_of(account); });
    return from_copies(
        [&](const duck::OrderedCopy::Reach& copied) {
          return duck::records_of(connection(), account, copied.published);
        },
        [&](Store& store) { return store.records_of(account); });
  }
  Result<std::vector<Change>> changes_within(DayRange days) override {
    return duck::changes_within(connection(), days);
  }
  Result<std::vector<PublishedMerge>> published_merges() override {
    return shared_->memory.published_merges.value(
        seen_.of(Part::published), [&] { return duck::published_merges(connection()); });
  }
  Result<std::vector<Correction>> corrections_within(DayRange days) override {
    return duck::corrections_within(connection(), days);
  }
  Result<std::vector<Correction>> corrections_of(AccountNumber account) override {
    return duck::corrections_of(connection(), account);
  }
  Result<std::vector<Change>> changes_of(AccountNumber account) override {
    if (!snapshot_) return at_one_moment([&](Store& store) { return store.changes_of(account); });
    return from_copies(
        [&](const duck::OrderedCopy::Reach& copied) {
          return duck::changes_of(connection(), account, copied.published);
        },
        [&](Store& store) { return store.changes_of(account); });
  }

 private:
  /// The connection, for nobody else as long as this is held.
  class Use {
   public:
    explicit Use(DuckdbStore& store) : lock_(store.connection_lock_), store_(store) {
      ++store_.uses_;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { --store_.uses_; }

    operator Connection&() const { return store_.connection_; }
    Connection* operator->() const { return &store_.connection_; }

   private:
    std::unique_lock<std::recursive_mutex> lock_;
    DuckdbStore& store_;
  };

  void assign(Connection connection) {
    const std::lock_guard assigning(assigning_);
    connection_ = std::move(connection);
  }

  /// Connects again first where the database was given up; where that fails, so does what is asked.
  Use connection() {
    const std::unique_lock lock(connection_lock_);
    if (uses_ == 0 && !snapshot_ && !connection_.is_usable()) {
      assign(Connection());
      is_caught_up_ = false;  // what failed may be in the log all the same
      const auto database = shared_->open();
      auto connected =
          database ? Database(*database).connect() : Result<Connection>(database.error());
      assign(connected ? *std::move(connected) : Connection(connected.error()));
    }
    return Use(*this);
  }

  Result<void> append_names(const std::vector<std::string>& accounts,
                            const std::vector<std::string>& event_names) {
    if (auto done = duck::append_names(connection(), duck::NameTable::account, accounts); !done) {
      return done;
    }
    return duck::append_names(connection(), duck::NameTable::event_name, event_names);
  }

  /// Stores what a step brings as one batch of the log: names, events, what is said of accounts and
  /// users, and at last what `finish(taken)` adds.
  template <class Step, class State, class Finish>
  Result<TakenEvents> append_step(const Step& step, duck::EventOrigin origin, Dedupe dedupe,
                                  const State& state, const Finish& finish) {
    if (auto caught_up = catch_up(); !caught_up) return caught_up.error();
    std::vector<Part> parts;
    if (origin.import != 0) parts.push_back(Part::imports);
    const bool has_names = !step.new_accounts.empty() || !step.new_event_names.empty();
    if (has_names) parts.push_back(Part::names);
    if (!step.new_accounts.empty() || duck::says_whose(step.intake)) {
      parts.push_back(Part::identity);
    }
    auto taken = in_transaction<TakenEvents>(parts, [&]() -> Result<TakenEvents> {
      const auto batch = duck::begin_batch(connection());
      if (!batch) return batch.error();
      origin.batch = *batch;
      if (auto done = append_names(step.new_accounts, step.new_event_names); !done) {
        return done.error();
      }
      auto events =
          duck::append_events(connection(), *messages_, step.intake.events, origin, dedupe);
      if (!events) return events;
      for (const auto* statements : {&step.intake.of_accounts, &step.intake.of_users}) {
        if (auto done = state(*statements); !done) return done.error();
      }
      if (auto done = duck::append_aliases(connection(), step.intake.aliases, origin.import);
          !done) {
        return done.error();
      }
      if (auto done = finish(*events); !done) return done.error();
      return events;
    });
    if (!taken && messages_ != nullptr && messages_->is_damaged()) {
      // It is made anew from the log, and the step tried once more.
      if (auto begun = messages_->begin({}); !begun) return begun.error();
      is_caught_up_ = false;
      return append_step(step, origin, dedupe, state, finish);
    }
    if (!taken) {
      is_caught_up_ = false;  // what failed may be in the log all the same
      return taken;
    }
    // What is stored is stored: an index that fails here is opened again and caught up before the
    // next batch.
    is_caught_up_ = bool(add_taken(*messages_, step.intake.events, *taken, origin.batch));
    if (!is_caught_up_) messages_.reset();
    return taken;
  }

  /// Opens the index of message ids and adds what it lacks of the log.
  Result<void> catch_up() {
    if (is_caught_up_) return {};
    auto caught_up = add_missing_messages();
    if (!caught_up) messages_.reset();
    return caught_up;
  }

  Result<void> add_missing_messages() {
    if (!messages_) {
      auto opened = MessageIndex::open(
          shared_->file.empty() ? shared_->file : shared_->file.parent_path() / "messages");
      if (!opened) return opened.error();
      messages_ = *std::move(opened);
    }
    const auto log = duck::event_log(connection());
    if (!log) return log.error();
    // Batches that it has and the log lacks were lost with a damaged log.
    if (messages_->log() != log->log || messages_->batch() > log->batch) {
      if (auto begun = messages_->begin(log->log); !begun) return begun;
    }
    if (messages_->batch() < log->batch || messages_->batch() == 0) {
      auto read = duck::read_messages(connection(), messages_->batch(),
                                      [&](std::span<const Wide> messages) {
                                        return messages_->add(messages, messages_->batch());
                                      });
      if (!read) return read;
      if (auto done = messages_->add({}, log->batch); !done) return done;
    }
    is_caught_up_ = true;
    return {};
  }

  Result<std::int64_t> messages_missing_in_index() {
    if (auto caught_up = catch_up(); !caught_up) return caught_up.error();
    std::int64_t missing = 0;
    auto read = duck::read_messages(connection(), 0, [&](std::span<const Wide> messages) {
      const auto known = messages_->known(messages);
      if (!known) return Result<void>(known.error());
      missing += std::ranges::count(*known, false);
      return Result<void>();
    });
    if (!read && messages_->is_damaged()) {
      if (auto begun = messages_->begin({}); !begun) return begun.error();
      is_caught_up_ = false;
      return messages_missing_in_index();
    }
    if (!read) return read.error();
    return missing;
  }

  Result<Names> read_names(duck::NameTable table) {
    auto names = duck::read_names(connection(), table);
    if (!names) return names.error();
    return Names(*std::move(names));
  }

  Result<duck::EventLog> event_log() {
    return log_ ? Result<duck::EventLog>(*log_) : duck::event_log(connection());
  }

  /// What `ask` answers of a view that sees all of it as of one moment.
  template <class Ask>
  auto at_one_moment(const Ask& ask) -> decltype(ask(std::declval<Store&>())) {
    const auto moment = beside(Reads::one_moment);
    if (!moment) return moment.error();
    return ask(**moment);
  }

  /// What `read(reach)` finds with the help of the copies. If a copy is damaged it is given up, to
  /// be made anew, and a new view is asked, which does not see it.
  template <class Read, class Ask>
  auto from_copies(const Read& read, const Ask& ask) -> decltype(ask(std::declval<Store&>())) {
    const auto copied = copied_reach();
    if (copied) {
      auto found = read(*copied);
      const bool is_of_copies = copied->events || copied->published;
      if (found || !is_of_copies || found.error().kind != ErrorKind::corrupt_data) return found;
    } else if (copied.error().kind != ErrorKind::corrupt_data) {
      return copied.error();
    }
    shared_->ordered.give_up();
    return at_one_moment(ask);
  }

  /// How far what is asked of one account can be read from the copies.
  Result<duck::OrderedCopy::Reach> copied_reach() {
    CHECK(snapshot_.has_value());  // else a copy may be renewed between this and what is read
    if (!sees_copies_) return duck::OrderedCopy::Reach{};
    if (copied_) return *copied_;
    const auto log = event_log();
    if (!log) return log.error();
    const auto published = shared_->memory.published_log.value(
        seen_.of(Part::published), [&] { return duck::published_log(connection()); });
    if (!published) return published.error();
    auto reach = shared_->ordered.reach(connection(), *log, *published);
    if (reach) copied_ = *reach;
    return reach;
  }

  /// `work` within one transaction, which changes these parts.
  template <class T, class Work>
  Result<T> in_transaction(const std::vector<Part>& parts, const Work& work) {
    if (snapshot_) {  // with which it is rolled back: what it reads from now on is its own
      seen_ = {};
      log_.reset();
      copied_.reset();
      return work();
    }
    const Use use = connection();  // by nobody else until the transaction has ended
    auto transaction = Transaction::begin(use, Transaction::Purpose::writes);
    if (!transaction) return transaction.error();
    Result<T> outcome = work();
    if (!outcome) return outcome;
    const duck::ChangeCounts::Changing changing(shared_->memory.changes, parts);
    if (auto committed = transaction->commit(); !committed) return committed.error();
    return outcome;
  }

  std::shared_ptr<SharedDatabase> shared_;
  std::recursive_mutex connection_lock_;
  int uses_ = 0;          // within each other
  std::mutex assigning_;  // of the connection, which `break_off` reaches from any thread
  Connection connection_;
  std::optional<Transaction> snapshot_;  // goes before its connection
  std::optional<duck::EventLog> log_;    // of its moment
  duck::SeenChanges seen_;               // at its moment
  bool sees_copies_ = false;             // likewise
  std::optional<duck::OrderedCopy::Reach> copied_;
  std::unique_ptr<MessageIndex> messages_;  // opened when events are first added
  bool is_caught_up_ = false;
};

Result<Database> SharedDatabase::open() {
  const std::lock_guard locked(lock);
  if (database && !database->instance()->is_given_up()) return *database;
  if (database) {
    failed = database->instance();
    database.reset();
  }
  for (DuckdbStore* view : views) view->let_go();
  // One process may have a file open once: closing another handle would end its lock.
  if (const auto in_use = failed.lock()) return in_use->failure();
  std::error_code unknown;
  if (was_open && !file.empty() && !std::filesystem::exists(file, unknown)) {
    return Error{ErrorKind::corrupt_data, file.string() + " was deleted while it was open"};
  }
  auto opened = Database::open(file, access);
  if (!opened) return opened.error();
  auto connection = opened->connect();
  if (!connection) return connection.error();
  // The database puts aside what needs more memory. Without a limit it keeps all it ever wrote, up
  // to most of the machine.
  if (auto set = connection->run("SET memory_limit = '1GB'"); !set) return set.error();
  if (auto migrated = duck::migrate(*connection); !migrated) return migrated.error();
  if (access == StoreAccess::reads_and_writes) ordered.open(*connection);
  // What was being committed when it failed may be there or not.
  constexpr std::array kAll{Part::names, Part::identity, Part::published, Part::marks,
                            Part::imports};
  const std::vector<Part> all(kAll.begin(), kAll.end());
  const duck::ChangeCounts::Changing changing(memory.changes, all);
  database = *std::move(opened);
  was_open = true;
  return *database;
}

}  // namespace

Result<std::unique_ptr<Store>> open_duckdb_store(const std::filesystem::path& file,
                                                 StoreAccess access) {
  auto store = std::make_unique<DuckdbStore>(std::make_shared<SharedDatabase>(file, access));
  if (auto connected = store->connect(); !connected) return connected.error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace tidemark
