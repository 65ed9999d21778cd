#include "store/duckdb/ordered_copy.h"

#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

// A question reads what the copy lacks: up to so many rows, or so small a share, that is quick.
constexpr std::int64_t kFewRows = 100'000;
constexpr std::int64_t kSmallShare = 8;

constexpr const char* kMakeState =
    "CREATE TABLE IF NOT EXISTS by_account.state (part VARCHAR NOT NULL, log VARCHAR NOT NULL, "
    "until BIGINT NOT NULL, rows BIGINT NOT NULL)";

struct CopiedTable {
  const char* name;
  const char* select;
};

/// What is copied together. The first of its tables tells how much is lacking.
struct CopyPart {
  const char* name;
  std::span<const CopiedTable> tables;
  const char* lacking;  // counts rows of the first table after `$1`
};

// Events that name no account stand together by who they are of.
constexpr CopiedTable kEventTables[] = {
    {kOrderedEvents,
     "SELECT account, happened_at, name, user_id, properties, anonymous_id FROM event ORDER BY "
     "account NULLS LAST, if(account IS NULL, coalesce(user_id, anonymous_id), NULL), happened_at"},
};
constexpr CopyPart kEvents{"events", kEventTables, "SELECT count(*) FROM event WHERE batch > $1"};

constexpr CopiedTable kPublishedTables[] = {
    {kOrderedRecords, "FROM level ORDER BY account, day"},
    {kOrderedChanges, "FROM change ORDER BY account, day"},
};
constexpr CopyPart kPublished{
    "published", kPublishedTables,
    "SELECT count(*) FROM level WHERE day > DATE '1970-01-01' + $1::INTEGER"};

/// How far something goes: the name of what it is of, and the last batch or day.
struct Extent {
  std::string log;
  std::int64_t until = 0;
};

struct State {
  Extent extent;
  std::int64_t rows = 0;
};

using States = std::map<std::string, State, std::less<>>;  // by name of the part

Result<States> read_states(Connection& connection) {
  auto rows = connection.query("SELECT part, log, until, rows FROM by_account.state");
  if (!rows) return rows.error();
  States states;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    states.emplace(chunk.text(0, row),
                   State{{std::string(chunk.text(1, row)), chunk.column<std::int64_t>(2)[row]},
                         chunk.column<std::int64_t>(3)[row]});
  });
  if (!read) return read.error();
  return states;
}

Result<std::int64_t> rows_after(Connection& connection, const CopyPart& part, std::int64_t until) {
  auto rows = connection.query(part.lacking, {until});
  if (!rows) return rows.error();
  return rows->next().column<std::int64_t>(0)[0];
}

Extent extent_of(const EventLog& log) { return {log.log, static_cast<std::int64_t>(log.batch)}; }

Result<Extent> extent_of_events(Connection& connection) {
  const auto log = event_log(connection);
  if (!log) return log.error();
  return extent_of(*log);
}

Extent extent_of(const PublishedLog& log) { return {log.log, log.last.value_or(Day{-1}).number}; }

Result<Extent> extent_of_published(Connection& connection) {
  const auto log = published_log(connection);
  if (!log) return log.error();
  return extent_of(*log);
}

using ReadExtent = Result<Extent> (*)(Connection&);

Result<void> copy(Connection& connection, const CopyPart& part, ReadExtent read_extent) {
  auto transaction = Transaction::begin(connection, Transaction::Purpose::writes);
  if (!transaction) return transaction.error();
  const auto extent = read_extent(connection);
  if (!extent) return extent.error();
  std::vector<std::string> statements;
  for (const auto& [table, select] : part.tables) {
    statements.push_back(fmt::format("DROP TABLE IF EXISTS {}", table));
    statements.push_back(fmt::format("CREATE TABLE {} AS {}", table, select));
  }
  statements.push_back(
      fmt::format("DELETE FROM by_account.state WHERE part = {}", quoted_text(part.name)));
  statements.push_back(fmt::format(
      "INSERT INTO by_account.state SELECT {}, {}, {}, count(*) FROM {}", quoted_text(part.name),
      quoted_text(extent->log), extent->until, part.tables.front().name));
  for (const std::string& statement : statements) {
    if (auto done = connection.run(statement); !done) return done;
  }
  return transaction->commit();
}

Result<void> renew_part(Connection& connection, const CopyPart& part, ReadExtent read_extent) {
  const auto extent = read_extent(connection);
  if (!extent) return extent.error();
  const auto states = read_states(connection);
  if (!states) return states.error();
  const auto state = states->find(part.name);
  const bool is_of_log = state != states->end() && state->second.extent.log == extent->log;
  const auto lacks = rows_after(connection, part, is_of_log ? state->second.extent.until : -1);
  if (!lacks) return lacks.error();
  const std::int64_t most =
      is_of_log ? std::max(kFewRows, state->second.rows / kSmallShare) : kFewRows;
  return *lacks > most ? copy(connection, part, read_extent) : Result<void>{};
}

/// How far the copy can be read by a connection that sees this. A copy made since its moment holds
/// what is not there yet.
std::optional<std::int64_t> usable(const States& states, const CopyPart& part, const Extent& seen) {
  const auto state = states.find(part.name);
  if (state == states.end()) return std::nullopt;
  const Extent& copied = state->second.extent;
  const bool is_good = copied.log == seen.log && copied.until <= seen.until;
  return is_good ? std::optional(copied.until) : std::nullopt;
}

}  // namespace

std::filesystem::path OrderedCopy::file_in_use() const {
  if (damaged_ == 0) return file_;
  return file_.parent_path() / fmt::format("{}-{}.duckdb", file_.stem().string(), damaged_);
}

void OrderedCopy::remove_files() const {
  std::error_code failure;
  for (const char* part : {"", ".wal"}) {
    std::filesystem::remove(file_in_use().string() + part, failure);
  }
}

Result<void> OrderedCopy::attach(Connection& connection) {
  std::error_code failure;
  std::filesystem::create_directories(file_.parent_path(), failure);
  const std::string attaches =
      fmt::format("ATTACH {} AS by_account", quoted_text(file_in_use().string()));
  auto attached = connection.run(attaches);
  if (!attached) {
    remove_files();
    attached = connection.run(attaches);
  }
  if (!attached) return attached.error();
  if (auto made = connection.run(kMakeState); !made) {
    [[maybe_unused]] const auto detached = connection.run("DETACH by_account");
    return made.error();
  }
  is_attached_ = true;
  return {};
}

void OrderedCopy::open(Connection& connection) {
  is_attached_ = false;
  if (file_.empty()) return;
  // What was made after one was damaged goes with the process.
  std::error_code failure;
  for (int number = 1; number <= damaged_ + 1; ++number) {
    const auto left =
        file_.parent_path() / fmt::format("{}-{}.duckdb", file_.stem().string(), number);
    for (const char* part : {"", ".wal"}) std::filesystem::remove(left.string() + part, failure);
  }
  damaged_ = 0;
  is_damaged_ = false;
  if (!std::filesystem::exists(file_, failure)) return;
  [[maybe_unused]] const auto attached = attach(connection);
}

void OrderedCopy::give_up() {
  is_attached_ = false;
  is_damaged_ = true;
}

Result<void> OrderedCopy::renew(Connection& connection) {
  const std::lock_guard lock(renewing_);
  if (file_.empty()) return {};
  auto renewed = renew_parts(connection);
  if (renewed || renewed.error().kind != ErrorKind::corrupt_data) return renewed;
  give_up();
  return renew_parts(connection);
}

Result<void> OrderedCopy::renew_parts(Connection& connection) {
  if (is_damaged_) {
    [[maybe_unused]] const auto detached = connection.run("DETACH by_account");
    remove_files();
    ++damaged_;
    is_damaged_ = false;
  }
  if (!is_attached_) {
    if (auto attached = attach(connection); !attached) return attached;
  }
  if (auto done = renew_part(connection, kEvents, extent_of_events); !done) return done;
  return renew_part(connection, kPublished, extent_of_published);
}

Result<OrderedCopy::Reach> OrderedCopy::reach(Connection& connection, const EventLog& log,
                                              const PublishedLog& published) {
  const auto states = read_states(connection);
  if (!states) return states.error();
  Reach reach;
  if (const auto until = usable(*states, kEvents, extent_of(log))) {
    reach.events = static_cast<std::uint64_t>(*until);
  }
  if (const auto until = usable(*states, kPublished, extent_of(published))) {
    reach.published = Day{static_cast<std::int32_t>(*until)};
  }
  return reach;
}

}  // namespace tidemark::duck
