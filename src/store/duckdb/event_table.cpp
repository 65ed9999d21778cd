#include "store/duckdb/event_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

// With a message id: what is not stored yet. Alike ids among the incoming are gone already.
constexpr const char* kTakeNewMessages = R"sql(
  INSERT INTO event
  SELECT incoming.* FROM incoming ANTI JOIN event ON incoming.message = event.message
  WHERE incoming.message IS NOT NULL
)sql";

constexpr const char* kTakeRowsWithoutId = R"sql(
  INSERT INTO event SELECT * FROM incoming WHERE message IS NULL
)sql";

// Without one, when rows that are alike count once. The plain equalities make this a hash join.
constexpr const char* kTakeNewRowsWithoutId = R"sql(
  INSERT INTO event
  SELECT DISTINCT ON (account, happened_at, name, user_id, properties) incoming.*
  FROM incoming
  WHERE message IS NULL AND NOT EXISTS (
    SELECT 1 FROM event
    WHERE event.account = incoming.account AND event.happened_at = incoming.happened_at
      AND event.name = incoming.name
      AND event.user_id IS NOT DISTINCT FROM incoming.user_id
      AND event.properties IS NOT DISTINCT FROM incoming.properties
      AND event.message IS NULL)
)sql";

/// Which rows to append: all but later ones of a message id that occurs twice.
std::vector<std::uint32_t> first_of_each_message(const EventBatch& events) {
  std::vector<std::uint32_t> rows(events.size());
  for (std::uint32_t row = 0; row < rows.size(); ++row) rows[row] = row;
  std::ranges::sort(rows, {},
                    [&](std::uint32_t row) { return std::pair(events.message[row], row); });
  const auto repeated = std::ranges::unique(rows, [&](std::uint32_t left, std::uint32_t right) {
    return events.message[left] != 0 && events.message[left] == events.message[right];
  });
  rows.erase(repeated.begin(), repeated.end());
  std::ranges::sort(rows);
  return rows;
}

void fill_row(const Appender::Place& place, const EventBatch& events, std::size_t row,
              std::uint32_t import) {
  auto& [chunk, at] = place;
  const auto set_optional_text = [&](std::size_t column, std::string_view text) {
    if (text.empty()) {
      chunk.set_null(column, at);
    } else {
      chunk.set_text(column, at, text);
    }
  };
  chunk.column<std::uint32_t>(0)[at] = events.account[row];
  chunk.column<std::int64_t>(1)[at] = events.at[row].time_since_epoch().count();
  chunk.column<std::uint16_t>(2)[at] = events.name[row];
  set_optional_text(3, events.user[row]);
  set_optional_text(4, events.properties[row]);
  if (const auto received_at = events.received_at[row]) {
    chunk.column<std::int64_t>(5)[at] = received_at->time_since_epoch().count();
  } else {
    chunk.set_null(5, at);
  }
  if (events.message[row] != 0) {
    chunk.column<duckdb_hugeint>(6)[at] = to_hugeint(events.message[row]);
  } else {
    chunk.set_null(6, at);
  }
  chunk.column<std::uint32_t>(7)[at] = import;
}

Result<void> append_rows(Connection& connection, const char* table, const EventBatch& events,
                         const std::vector<std::uint32_t>& rows, std::uint32_t import) {
  auto appender = Appender::open(connection, table);
  if (!appender) return appender.error();
  for (const std::uint32_t row : rows) fill_row(appender->next_row(), events, row, import);
  return appender->close();
}

std::string_view text_or_empty(const Chunk& chunk, std::size_t column, std::size_t row) {
  return chunk.is_null(column, row) ? std::string_view() : chunk.text(column, row);
}

void read_texts(const Chunk& chunk, std::size_t column, std::vector<std::string_view>& texts) {
  texts.resize(chunk.size());
  for (std::size_t row = 0; row < chunk.size(); ++row) {
    texts[row] = text_or_empty(chunk, column, row);
  }
}

}  // namespace

Result<std::uint64_t> append_events(Connection& connection, const EventBatch& events,
                                    std::uint32_t import, Dedupe dedupe) {
  if (events.size() == 0) return std::uint64_t{0};
  const std::vector<std::uint32_t> rows = first_of_each_message(events);
  const bool has_messages = std::ranges::any_of(events.message, [](Wide id) { return id != 0; });
  if (!has_messages && dedupe == Dedupe::message_ids) {
    if (auto done = append_rows(connection, "event", events, rows, import); !done) {
      return done.error();
    }
    return std::uint64_t{rows.size()};
  }
  if (auto made = connection.run(
          "CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM event WITH NO DATA");
      !made) {
    return made.error();
  }
  if (auto done = append_rows(connection, "incoming", events, rows, import); !done) {
    return done.error();
  }
  std::uint64_t taken = 0;
  for (const char* take :
       {kTakeNewMessages, dedupe == Dedupe::rows ? kTakeNewRowsWithoutId : kTakeRowsWithoutId}) {
    auto inserted = connection.query(take);
    if (!inserted) return inserted.error();
    taken += duckdb_rows_changed(inserted->raw());
  }
  return taken;
}

Result<std::uint64_t> event_count(Connection& connection) {
  auto rows = connection.query("SELECT count(*)::UBIGINT FROM event");
  if (!rows) return rows.error();
  return rows->next().column<std::uint64_t>(0)[0];
}

Result<std::string> event_log_state(Connection& connection) {
  auto rows = connection.query("SELECT state FROM event_log");
  if (!rows) return rows.error();
  return std::string(rows->next().text(0, 0));
}

Result<void> rename_event_log(Connection& connection) {
  return connection.run("UPDATE event_log SET state = uuid()::VARCHAR");
}

Result<void> read_events(Database& database, EventDetail detail,
                         const std::function<void(const EventColumns&, unsigned)>& sink) {
  auto connection = database.connect();
  if (!connection) return connection.error();
  const auto snapshot = Transaction::begin(*connection);
  if (!snapshot) return snapshot.error();
  const auto expected = event_count(*connection);
  if (!expected) return expected.error();
  // A column that was not asked for is not read.
  auto rows = connection->stream(fmt::format("SELECT account, happened_at, name{}{} FROM event",
                                             detail.users ? ", user_id" : "",
                                             detail.properties ? ", properties" : ""));
  if (!rows) return rows.error();
  std::vector<std::string_view> users;
  std::vector<std::string_view> properties;
  std::uint64_t seen = 0;
  const auto read = rows->for_each_chunk([&](const Chunk& chunk) {
    const std::size_t size = chunk.size();
    seen += size;
    if (detail.users) read_texts(chunk, 3, users);
    if (detail.properties) read_texts(chunk, detail.users ? 4 : 3, properties);
    sink({{chunk.column<AccountNumber>(0), size},
          {reinterpret_cast<const Instant*>(chunk.column<std::int64_t>(1)), size},
          {chunk.column<SignalNumber>(2), size},
          users,
          properties},
         0);
  });
  if (!read) return read.error();
  // A level from part of the events would be published for good.
  if (seen != *expected) {
    return Error{ErrorKind::unavailable,
                 fmt::format("the database gave {} of its {} events", seen, *expected)};
  }
  return {};
}

Result<std::vector<AccountEvent>> events_of(Connection& connection, AccountNumber account) {
  auto rows = connection.query(
      "SELECT happened_at, name, user_id, properties FROM event WHERE account = $1 "
      "ORDER BY happened_at, name, user_id, properties",
      {std::int64_t{account}});
  if (!rows) return rows.error();
  std::vector<AccountEvent> events;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    events.push_back({Instant{std::chrono::microseconds{chunk.column<std::int64_t>(0)[row]}},
                      chunk.column<SignalNumber>(1)[row], std::string(text_or_empty(chunk, 2, row)),
                      std::string(text_or_empty(chunk, 3, row))});
  });
  if (!read) return read.error();
  return events;
}

}  // namespace tidemark::duck
