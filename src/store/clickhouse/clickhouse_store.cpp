#include "store/clickhouse/clickhouse_store.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/durable_file.h"
#include "store/clickhouse/board.h"
#include "store/clickhouse/log_tables.h"
#include "store/clickhouse/mappings.h"
#include "store/clickhouse/published_tables.h"
#include "store/clickhouse/said_tables.h"
#include "store/domains_without_account.h"

namespace tidemark {
namespace {

using click::Journal;
using click::Lane;
using click::Moment;
using click::NameTable;
using click::View;

constexpr const char* kNameFile = "store.id";

/// Held by the one process that has the workspace's store open.
class StoreLock {
 public:
  static Result<StoreLock> take(const std::filesystem::path& folder) {
    if (folder.empty()) return StoreLock(-1);
    const auto path = folder / "store.lock";
    const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
      return Error{ErrorKind::unavailable, fmt::format("{} cannot be opened", path.string())};
    }
    StoreLock lock(file);
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
      return Error{ErrorKind::unavailable,
                   "the store is in use by another process; wait until it is done, or stop it"};
    }
    return lock;
  }
  StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  StoreLock& operator=(StoreLock&&) = delete;
  ~StoreLock() {
    if (file_ >= 0) close(file_);
  }

 private:
  explicit StoreLock(int file) : file_(file) {}

  int file_;
};

/// What was read last of what changes seldom and is asked for with nearly every question, by the
/// step of the log it is of; the newest stays.
template <class T>
class RememberedOfLog {
 public:
  template <class Read>
  Result<T> value(const View& seen, const Read& read) {
    const std::uint64_t step = seen.moment.of(Lane::log);
    {
      const std::lock_guard lock(lock_);
      if (value_ && step_ == step) return *value_;
    }
    Result<T> value = read();
    const std::lock_guard lock(lock_);
    if (value && (!value_ || step_ < step)) {
      value_ = *value;
      step_ = step;
    }
    return value;
  }

 private:
  std::mutex lock_;
  std::uint64_t step_ = 0;
  std::optional<T> value_;
};

/// What all views of a store share.
struct Shared {
  Shared(click::Address address, std::filesystem::path where, StoreLock held, Opens opens)
      : lock(std::move(held)),
        server(std::move(address)),
        journal(server, opens == Opens::to_change),
        folder(std::move(where)) {}

  StoreLock lock;  // the last to go
  click::Server server;
  Journal journal;
  std::filesystem::path folder;
  std::string name;  // of the database's tables: other ones have another
  std::atomic<std::uint64_t> changes{0};
  std::atomic<std::uint64_t> mapped_changes{0};
  RememberedOfLog<Names> account_ids;
  RememberedOfLog<Names> event_names;
  RememberedOfLog<std::shared_ptr<const Identity>> identity;
};

class ClickhouseStore final : public Store {
 public:
  ClickhouseStore(std::shared_ptr<Shared> shared, std::optional<Moment> moment)
      : shared_(std::move(shared)),
        moment_(std::move(moment)),
        board_(shared_->server, shared_->journal,
               [shared = shared_](const Moment& at) {
                 return std::make_unique<ClickhouseStore>(shared, at);
               }),
        mappings_(shared_->server, shared_->journal, shared_->mapped_changes,
                  [shared = shared_] { ++shared->changes; }) {}

  Result<std::unique_ptr<Store>> beside(Reads reads) override {
    std::optional<Moment> moment;
    if (reads == Reads::one_moment) {
      const auto now = shared_->journal.now();
      if (!now) return now.error();
      moment = *now;
    }
    return std::unique_ptr<Store>(std::make_unique<ClickhouseStore>(shared_, moment));
  }

  std::string engine_version() override {
    std::string version;
    auto read = shared_->server.query("SELECT version()", {click::Field::text},
                                      [&](const click::Row& row) { version = row.text(0); });
    return read ? "ClickHouse " + version : "ClickHouse";
  }
  std::uint64_t changes() override { return shared_->changes; }

  Result<Names> account_ids() override { return names(NameTable::account); }
  Result<Names> event_names() override { return names(NameTable::event_name); }

  Result<std::optional<Import>> import_of_content(const std::string& content) override {
    return import_where([&](const Import& import) { return import.content == content; });
  }
  Result<std::uint32_t> next_import_number() override {
    const auto all = imports();
    if (!all) return all.error();
    return all->empty() ? 1U : all->back().number + 1;
  }
  Result<std::optional<Import>> last_import() override {
    return import_where([](const Import&) { return true; });
  }
  Result<std::vector<std::string>> unfinished_imports() override {
    const auto all = imports();
    if (!all) return all.error();
    std::vector<std::string> names;
    for (const Import& import : *all) {
      if (!import.is_complete) names.push_back(import.name);
    }
    return names;
  }
  Result<Import> append(const ImportStep& step) override {
    Import import = step.import;
    const auto taken = append_step(
        step, {.import = import.number}, step.dedupe,
        [&](const View& before, const StatementBatch& statements, std::uint64_t number) {
          return click::append_statements(before, statements, step.import, number);
        },
        [&](const View& before, const TakenEvents& events, std::uint64_t number) {
          import.taken += events.count;
          import.duplicates += step.intake.events.size() - events.count;
          return click::save_import(before, import, step.rejects, number);
        });
    if (!taken) return taken.error();
    ++shared_->changes;
    return import;
  }
  Result<std::vector<bool>> collect(const CollectStep& step) override {
    auto taken = append_step(
        step, {.source = step.source}, Dedupe::message_ids,
        [](const View& before, const StatementBatch& statements, std::uint64_t number) {
          return click::append_dated_statements(before, statements, number);
        },
        [&](const View& before, const TakenEvents&, std::uint64_t number) {
          return click::append_refusals(before, step.refusals, step.replayed, number);
        });
    if (!taken) return taken.error();
    return std::move(taken->is_new);
  }
  Result<void> forget_import(std::uint32_t import) override {
    auto done = change(Lane::log, [&](const View& before, std::uint64_t number) {
      return click::forget_import(before, import, number);
    });
    is_caught_up_ = false;
    return done;
  }
  Result<void> read_rejects(std::uint32_t import,
                            const std::function<void(const Reject&)>& sink) override {
    const auto seen = view();
    return seen ? click::read_rejects(*seen, import, sink) : seen.error();
  }

  Result<std::shared_ptr<const Identity>> identity() override {
    return of_view([&](const View& seen) { return identity_in(seen); });
  }
  Result<std::vector<AccountMerge>> merges() override {
    return of_view([&](const View& seen) -> Result<std::vector<AccountMerge>> {
      const auto ids = names_in(seen, NameTable::account);
      if (!ids) return ids.error();
      return click::merges(seen, *ids);
    });
  }
  Result<void> merge_accounts(const AccountMerge& merge) override {
    return change(Lane::log, [&](const View& before, std::uint64_t number) {
      return click::append_merge(before, merge, false, number);
    });
  }
  Result<void> unmerge_account(AccountNumber account) override {
    return change(Lane::log, [&](const View& before, std::uint64_t number) {
      return click::append_merge(before, {account, account, {}}, true, number);
    });
  }
  Result<bool> counts_by_domain() override { return of_view(&click::counts_by_domain); }
  Result<void> count_by_domain(bool is_on, Instant now) override {
    return change(Lane::log, [&](const View& before, std::uint64_t number) -> Result<void> {
      auto saved = click::save_domain_rule(before, is_on, now, number);
      if (!saved || !is_on) return saved;
      auto domains = click::known_domains(before);
      if (!domains) return domains.error();
      const auto known = click::read_names(before, NameTable::account);
      if (!known) return known.error();
      const auto missing = domains_without_account(*std::move(domains), *known);
      return click::append_names(before, NameTable::account, missing, number);
    });
  }

  Result<void> read_senders(const std::function<void(const EventSender&)>& sink) override {
    return with_identity([&](const View& seen, const Identity& known) {
      return click::read_senders(seen, known, sink);
    });
  }
  Result<std::vector<UnnamedSender>> unnamed_senders() override {
    return of_view(&click::unnamed_senders);
  }
  Result<std::vector<ArrivedEvent>> arrived_since(std::uint64_t batch, int limit) override {
    return with_identity([&](const View& seen, const Identity& known) {
      return click::arrived_since(seen, known, batch, limit);
    });
  }
  Result<std::vector<Refusal>> refusals(int limit) override {
    return of_view([&](const View& seen) { return click::refusals(seen, limit); });
  }
  Result<std::vector<Import>> imports() override { return of_view(&click::imports); }
  Result<void> read_log(std::uint32_t import, const std::function<bool(LogPart)>& sink) override {
    return of_view([&](const View& seen) { return click::read_log(seen, import, sink); });
  }
  Result<std::uint64_t> event_count() override { return of_view(&click::event_count); }
  Result<std::string> event_log_state() override {
    return of_view([&](const View& seen) -> Result<std::string> {
      const auto steps = click::log_steps(seen);
      if (!steps) return steps.error();
      return fmt::format("{}-{}", shared_->name, steps->last);
    });
  }
  std::optional<std::filesystem::path> cache_folder() override {
    return shared_->folder.empty() ? std::nullopt : std::optional(shared_->folder / "cache");
  }
  Result<void> read_events(
      EventDetail detail, unsigned,
      const std::function<void(const EventColumns&, unsigned)>& sink) override {
    return with_identity([&](const View& seen, const Identity& known) {
      return click::read_events(seen, known, detail, sink);
    });
  }
  Result<std::optional<Instant>> last_event(Instant until) override {
    return of_view([&](const View& seen) { return click::last_event(seen, until); });
  }
  Result<void> read_arrived(Instant from, Instant until,
                            const std::function<void(const ArrivedColumns&)>& sink) override {
    return with_identity([&](const View& seen, const Identity& known) {
      return click::read_arrived(seen, known, from, until, sink);
    });
  }
  Result<void> order_by_account() override { return {}; }  // as the tables are
  void break_off() override {}
  Result<std::vector<AccountEvent>> events_of(AccountNumber account) override {
    return with_identity(
        [&](const View& seen, const Identity& known) -> Result<std::vector<AccountEvent>> {
          const auto ids = names_in(seen, NameTable::account);
          if (!ids) return ids.error();
          return click::events_of(seen, known, *ids, account);
        });
  }

  Result<std::vector<Statement>> account_statements(
      const std::vector<std::string>& properties) override {
    return of_view([&](const View& seen) { return click::account_statements(seen, properties); });
  }
  Result<std::vector<Statement>> statements_of_account(AccountNumber account) override {
    return of_view([&](const View& seen) { return click::statements_of_account(seen, account); });
  }
  Result<std::vector<Statement>> statements_of_users(const std::vector<std::string>& users,
                                                     const std::string& property) override {
    return of_view(
        [&](const View& seen) { return click::statements_of_users(seen, users, property); });
  }

  Result<void> publish(const PublishStep& step) override {
    return change(Lane::published, [&](const View& before, std::uint64_t number) {
      return click::publish(before, step, number);
    });
  }
  Result<void> forget_published() override {
    return change(Lane::published, &click::forget_published);
  }
  Result<void> mark_days(const std::vector<IncompleteDay>& marks) override {
    return change(Lane::published, [&](const View& before, std::uint64_t number) {
      return click::mark_days(before, marks, number);
    });
  }
  Result<void> keep_evidence(Day calibration, const std::string& evidence) override {
    return change(Lane::published, [&](const View& before, std::uint64_t number) {
      return click::keep_evidence(before, calibration, evidence, number);
    });
  }
  Result<std::vector<PublishedDay>> published_days() override {
    return of_view(&click::published_days);
  }
  Result<std::vector<IncompleteDay>> incomplete_days() override {
    return of_view(&click::incomplete_days);
  }
  Result<std::vector<Calibration>> calibrations() override { return of_view(&click::calibrations); }
  Result<std::optional<std::string>> evidence_of(Day calibration) override {
    return of_view([&](const View& seen) { return click::evidence_of(seen, calibration); });
  }
  Result<std::optional<DefinitionVersion>> definition(const std::string& hash) override {
    return of_view([&](const View& seen) { return click::definition(seen, hash); });
  }
  Result<std::vector<LevelRecord>> records_as_of(Day day, AccountRange accounts) override {
    return of_view([&](const View& seen) { return click::records_as_of(seen, day, accounts); });
  }
  Result<std::vector<LevelRecord>> records_within(DayRange days) override {
    return of_view([&](const View& seen) { return click::records_within(seen, days); });
  }
  Result<std::vector<LevelRecord>> records_of(AccountNumber account) override {
    return of_view([&](const View& seen) { return click::records_of(seen, account); });
  }
  Result<std::vector<Change>> changes_within(DayRange days) override {
    return of_view([&](const View& seen) { return click::changes_within(seen, days); });
  }
  Result<std::vector<Change>> changes_of(AccountNumber account) override {
    return of_view([&](const View& seen) { return click::changes_of(seen, account); });
  }
  Result<std::vector<PublishedMerge>> published_merges() override {
    return of_view(&click::published_merges);
  }
  Result<std::vector<Correction>> corrections_within(DayRange days) override {
    return of_view([&](const View& seen) { return click::corrections_within(seen, days); });
  }
  Result<std::vector<Correction>> corrections_of(AccountNumber account) override {
    return of_view([&](const View& seen) { return click::corrections_of(seen, account); });
  }

  Result<std::uint64_t> remove_unseen() override {
    return of_view([&](const View& seen) -> Result<std::uint64_t> {
      auto conditions = click::seen_by_table(seen);
      if (!conditions) return conditions.error();
      const auto of_log = click::is_seen(seen);
      if (!of_log) return of_log.error();
      for (const char* table : {"event", "property", "alias", "reject"}) {
        conditions->emplace_back(table, *of_log);
      }
      std::uint64_t rows = 0;
      for (const auto& [table, is_seen] : *conditions) {
        const auto unseen = seen.number(
            fmt::format("SELECT toUInt64(count()) FROM {} WHERE NOT ({})", table, is_seen));
        if (!unseen) return unseen.error();
        if (*unseen == 0) continue;
        rows += *unseen;
        auto removed = click::remove_rows(seen.server, click::table_named(table),
                                          fmt::format("NOT ({})", is_seen));
        if (!removed) return removed.error();
      }
      return rows;
    });
  }

  WorkBoard* board() override { return &board_; }
  MappedTables* mapped_tables() override { return &mappings_; }

 private:
  Result<Names> names_in(const View& seen, NameTable table) {
    auto& remembered = table == NameTable::account ? shared_->account_ids : shared_->event_names;
    return remembered.value(seen, [&]() -> Result<Names> {
      auto names = click::read_names(seen, table);
      if (!names) return names.error();
      return Names(*std::move(names));
    });
  }
  Result<std::shared_ptr<const Identity>> identity_in(const View& seen) {
    using Known = std::shared_ptr<const Identity>;
    return shared_->identity.value(seen, [&]() -> Result<Known> {
      const auto ids = names_in(seen, NameTable::account);
      if (!ids) return ids.error();
      auto identity = click::read_identity(seen, *ids);
      if (!identity) return identity.error();
      return std::make_shared<const Identity>(*std::move(identity));
    });
  }

  Result<Names> names(NameTable table) {
    return of_view([&](const View& seen) { return names_in(seen, table); });
  }
  /// The last of them.
  template <class IsWanted>
  Result<std::optional<Import>> import_where(const IsWanted& is_wanted) {
    const auto all = imports();
    if (!all) return all.error();
    for (auto import = all->rbegin(); import != all->rend(); ++import) {
      if (is_wanted(*import)) return std::optional(*import);
    }
    return std::optional<Import>();
  }

  /// The tables at this store's moment, else as they are now.
  Result<View> view() {
    if (moment_) return View{shared_->server, *moment_};
    const auto now = shared_->journal.now();
    if (!now) return now.error();
    return View{shared_->server, *now};
  }
  template <class Ask>
  auto of_view(const Ask& ask) -> decltype(ask(std::declval<const View&>())) {
    const auto seen = view();
    if (!seen) return seen.error();
    return ask(*seen);
  }
  template <class Ask>
  auto with_identity(const Ask& ask)
      -> decltype(ask(std::declval<const View&>(), std::declval<const Identity&>())) {
    const auto seen = view();
    if (!seen) return seen.error();
    const auto known = identity_in(*seen);
    if (!known) return known.error();
    return ask(*seen, **known);
  }

  /// A change of one step; none of a view of one moment.
  template <class Insert>
  Result<void> change(Lane lane, const Insert& insert) {
    if (moment_) return {};
    auto done = shared_->journal.in_step(lane, [&](const Journal::Step& step) {
      return insert(View{shared_->server, step.before}, step.number);
    });
    ++shared_->changes;  // where it failed it may be done all the same
    return done;
  }

  /// Stores what a step brings: names, events, what is said of accounts and users, and at last what
  /// `finish` adds.
  template <class Step, class State, class Finish>
  Result<TakenEvents> append_step(const Step& step, const click::EventOrigin& origin, Dedupe dedupe,
                                  const State& state, const Finish& finish) {
    if (moment_) return TakenEvents{0, std::vector<bool>(step.intake.events.size(), true)};
    if (auto caught_up = catch_up(); !caught_up) return caught_up.error();
    TakenEvents taken;
    std::uint64_t number = 0;
    const auto done =
        shared_->journal.in_step(Lane::log, [&](const Journal::Step& of) -> Result<void> {
          const View before{shared_->server, of.before};
          number = of.number;
          if (auto named =
                  click::append_names(before, NameTable::account, step.new_accounts, number);
              !named) {
            return named;
          }
          if (auto named =
                  click::append_names(before, NameTable::event_name, step.new_event_names, number);
              !named) {
            return named;
          }
          auto events =
              click::append_events(before, *messages_, step.intake.events, origin, dedupe, number);
          if (!events) return events.error();
          taken = *std::move(events);
          for (const auto* statements : {&step.intake.of_accounts, &step.intake.of_users}) {
            if (auto stated = state(before, *statements, number); !stated) return stated;
          }
          if (auto same = click::append_aliases(before, step.intake.aliases, origin.import, number);
              !same) {
            return same;
          }
          return finish(before, taken, number);
        });
    if (!done) {
      // It may be done all the same: the index is held against the log before the next.
      is_caught_up_ = false;
      ++shared_->changes;
      return done.error();
    }
    // What is stored is stored: an index that fails here is caught up before the next step.
    is_caught_up_ = bool(add_taken(*messages_, step.intake.events, taken, number));
    return taken;
  }

  /// Opens the index of message ids and adds what it lacks of the log.
  Result<void> catch_up() {
    if (is_caught_up_) return {};
    if (!messages_) {
      const auto& folder = shared_->folder;
      auto opened = MessageIndex::open(folder.empty() ? folder : folder / "messages");
      if (!opened) return opened.error();
      messages_ = *std::move(opened);
    }
    const auto seen = view();
    if (!seen) return seen.error();
    const auto steps = click::log_steps(*seen);
    if (!steps) return steps.error();
    const std::string log = fmt::format("{}-{}", shared_->name, steps->taken_back);
    if (messages_->log() != log) {
      if (auto begun = messages_->begin(log); !begun) return begun;
    }
    auto read =
        click::read_messages(*seen, messages_->batch(), [&](std::span<const Wide> messages) {
          return messages_->add(messages, messages_->batch());
        });
    if (!read) return read;
    if (auto done = messages_->add({}, steps->last); !done) return done;
    is_caught_up_ = true;
    return {};
  }

  std::shared_ptr<Shared> shared_;
  std::optional<Moment> moment_;
  click::Board board_;
  click::Mappings mappings_;
  std::unique_ptr<MessageIndex> messages_;  // opened when events are first added
  bool is_caught_up_ = false;
};

}  // namespace

Result<void> adopt_clickhouse_store(const std::string& address, const std::string& password,
                                    const std::filesystem::path& folder) {
  auto parsed = click::parse_address(address);
  if (!parsed) return parsed.error();
  parsed->password = password;
  click::Server server(*std::move(parsed));
  if (auto known = server.get_to_know(); !known) return known;
  if (auto ready = click::migrate(server); !ready) return ready.error();
  const auto name = click::store_name(server);
  if (!name) return name.error();
  return write_durably(folder / kNameFile, *name + "\n");
}

Result<std::unique_ptr<Store>> open_clickhouse_store(const std::string& address,
                                                     const std::string& password,
                                                     const std::filesystem::path& folder,
                                                     Opens opens) {
  auto parsed = click::parse_address(address);
  if (!parsed) return parsed.error();
  parsed->password = password;
  const bool changes = opens == Opens::to_change && !folder.empty();
  auto lock = StoreLock::take(changes ? folder : std::filesystem::path());
  if (!lock) return lock.error();
  auto shared = std::make_shared<Shared>(*std::move(parsed), folder, *std::move(lock), opens);
  if (auto known = shared->server.get_to_know(); !known) return known.error();
  const auto is_new = click::migrate(shared->server);
  if (!is_new) return is_new.error();
  auto name = click::store_name(shared->server);
  if (!name) return name.error();
  shared->name = *std::move(name);
  if (changes) {
    if (*is_new) {
      if (auto kept = write_durably(folder / kNameFile, shared->name + "\n"); !kept) {
        return kept.error();
      }
    }
    std::ifstream file(folder / kNameFile);
    std::string own;
    std::getline(file, own);
    if (own != shared->name) {
      return Error{
          ErrorKind::conflict,
          "these tables are those of another workspace; from here one can take part in its "
          "runs (tidemark work), or make it the one that changes them: tidemark store use"};
    }
  }
  return std::unique_ptr<Store>(std::make_unique<ClickhouseStore>(std::move(shared), std::nullopt));
}

}  // namespace tidemark
