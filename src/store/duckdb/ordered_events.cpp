#include "store/duckdb/ordered_events.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

// A question reads what the copy lacks: up to so many events, or so small a share, that is quick.
constexpr std::int64_t kFewEvents = 100'000;
constexpr std::int64_t kSmallShare = 8;

constexpr const char* kMakeState =
    "CREATE TABLE IF NOT EXISTS by_account.state (log VARCHAR NOT NULL, batch UBIGINT NOT NULL, "
    "events BIGINT NOT NULL)";

// Events that name no account stand together by who they are of.
constexpr const char* kCopy = R"sql(
  CREATE TABLE by_account.event AS
  SELECT account, happened_at, name, user_id, properties, anonymous_id FROM event
  ORDER BY account NULLS LAST, if(account IS NULL, coalesce(user_id, anonymous_id), NULL),
           happened_at
)sql";

struct State {
  std::string log;
  std::uint64_t batch = 0;
  std::int64_t events = 0;
};

Result<std::optional<State>> read_state(Connection& connection) {
  auto rows = connection.query("SELECT log, batch, events FROM by_account.state");
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  if (!chunk || chunk.size() == 0) return std::optional<State>{};
  return std::optional(State{std::string(chunk.text(0, 0)), chunk.column<std::uint64_t>(1)[0],
                             chunk.column<std::int64_t>(2)[0]});
}

Result<std::int64_t> events_after(Connection& connection, std::uint64_t batch) {
  auto rows = connection.query(fmt::format("SELECT count(*) FROM event WHERE batch > {}", batch));
  if (!rows) return rows.error();
  return rows->next().column<std::int64_t>(0)[0];
}

Result<void> copy(Connection& connection) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return transaction.error();
  const auto log = event_log(connection);
  if (!log) return log.error();
  for (const std::string& statement :
       {std::string("DROP TABLE IF EXISTS by_account.event"), std::string(kCopy),
        std::string("DELETE FROM by_account.state"),
        fmt::format("INSERT INTO by_account.state SELECT {}, {}, count(*) FROM by_account.event",
                    quoted_text(log->log), log->batch)}) {
    if (auto done = connection.run(statement); !done) return done;
  }
  return transaction->commit();
}

}  // namespace

Result<bool> OrderedEvents::attach(Connection& connection, bool makes) {
  const std::lock_guard lock(lock_);
  if (is_attached_ || file_.empty()) return is_attached_;
  std::error_code failure;
  if (!makes && !std::filesystem::exists(file_, failure)) return false;
  std::filesystem::create_directories(file_.parent_path(), failure);
  const std::string attaches = fmt::format("ATTACH {} AS by_account", quoted_text(file_.string()));
  auto attached = connection.run(attaches);
  if (!attached) {
    for (const char* part : {"", ".wal"}) std::filesystem::remove(file_.string() + part, failure);
    if (!makes) return false;
    attached = connection.run(attaches);
  }
  if (!attached) return attached.error();
  if (auto made = connection.run(kMakeState); !made) return made.error();
  is_attached_ = true;
  return true;
}

Result<void> OrderedEvents::renew(Connection& connection) {
  const std::lock_guard lock(renewing_);
  const auto is_there = attach(connection, true);
  if (!is_there) return is_there.error();
  if (!*is_there) return {};
  const auto log = event_log(connection);
  if (!log) return log.error();
  const auto state = read_state(connection);
  if (!state) return state.error();
  const bool is_of_log = *state && (*state)->log == log->log;
  const auto lacks = events_after(connection, is_of_log ? (*state)->batch : 0);
  if (!lacks) return lacks.error();
  const std::int64_t most =
      is_of_log ? std::max(kFewEvents, (*state)->events / kSmallShare) : kFewEvents;
  return *lacks > most ? copy(connection) : Result<void>{};
}

Result<std::optional<std::uint64_t>> OrderedEvents::batch(Connection& connection) {
  using Batch = std::optional<std::uint64_t>;
  const auto is_there = attach(connection, false);
  if (!is_there) return is_there.error();
  if (!*is_there) return Batch{};
  const auto log = event_log(connection);
  if (!log) return log.error();
  const auto state = read_state(connection);
  if (!state) return state.error();
  // A copy made since the connection's moment holds events that are not there yet.
  const bool is_good = *state && (*state)->log == log->log && (*state)->batch <= log->batch;
  return is_good ? Batch{(*state)->batch} : Batch{};
}

}  // namespace tidemark::duck
