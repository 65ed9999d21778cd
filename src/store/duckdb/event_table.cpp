#include "store/duckdb/event_table.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "store/account_share.h"
#include "store/duckdb/ordered_copy.h"

namespace tidemark::duck {
namespace {

// Without one, when rows that are alike count once. The plain equalities make this a hash join.
constexpr const char* kTakeNewRowsWithoutId = R"sql(
  INSERT INTO event
  SELECT DISTINCT ON (account, happened_at, name, user_id, properties) incoming.*
  FROM incoming
  WHERE message IS NULL AND NOT EXISTS (
    SELECT 1 FROM event
    WHERE event.account IS NOT DISTINCT FROM incoming.account AND event.happened_at = incoming.happened_at
      AND event.name = incoming.name
      AND event.user_id IS NOT DISTINCT FROM incoming.user_id
      AND event.properties IS NOT DISTINCT FROM incoming.properties
      AND event.message IS NULL)
)sql";

/// Appends events to a table, in the order of its columns.
class EventWriter {
 public:
  EventWriter(const EventBatch& events, const EventOrigin& origin)
      : events_(events), origin_(origin) {}

  Result<void> open(Connection& connection, const char* table) {
    auto appender = Appender::open(connection, table);
    if (!appender) return appender.error();
    appender_.emplace(*std::move(appender));
    return {};
  }
  void write(std::size_t row) {
    auto [chunk, at] = appender_->next_row();
    if (events_.account[row] != kNoAccount) {
      chunk.column<std::uint32_t>(0)[at] = events_.account[row];
    } else {
      chunk.set_null(0, at);
    }
    chunk.column<std::int64_t>(1)[at] = events_.at[row].time_since_epoch().count();
    chunk.column<std::uint16_t>(2)[at] = events_.name[row];
    set_text(chunk, 3, at, events_.user[row]);
    set_text(chunk, 4, at, events_.properties[row]);
    if (const auto received_at = events_.received_at[row]) {
      chunk.column<std::int64_t>(5)[at] = received_at->time_since_epoch().count();
    } else {
      chunk.set_null(5, at);
    }
    if (events_.message[row] != 0) {
      chunk.column<duckdb_hugeint>(6)[at] = to_hugeint(events_.message[row]);
    } else {
      chunk.set_null(6, at);
    }
    chunk.column<std::uint32_t>(7)[at] = origin_.import;
    set_text(chunk, 8, at, events_.anonymous[row]);
    if (!origin_.source.empty()) {
      chunk.column<std::uint16_t>(9)[at] = origin_.source[row];
    } else {
      chunk.set_null(9, at);
    }
    chunk.column<std::uint64_t>(10)[at] = origin_.batch;
  }
  Result<void> close() { return appender_->close(); }

 private:
  static void set_text(Chunk& chunk, std::size_t column, std::size_t at, std::string_view text) {
    if (text.empty()) {
      chunk.set_null(column, at);
    } else {
      chunk.set_text(column, at, text);
    }
  }

  const EventBatch& events_;
  const EventOrigin& origin_;
  std::optional<Appender> appender_;
};

std::string_view text_or_empty(const Chunk& chunk, std::size_t column, std::size_t row) {
  return chunk.is_null(column, row) ? std::string_view() : chunk.text(column, row);
}

Result<std::uint64_t> count_of(Connection& connection, const char* sql) {
  auto rows = connection.query(sql);
  if (!rows) return rows.error();
  return rows->next().column<std::uint64_t>(0)[0];
}

void read_texts(const Chunk& chunk, std::size_t column, std::vector<std::string_view>& texts) {
  texts.resize(chunk.size());
  for (std::size_t row = 0; row < chunk.size(); ++row) {
    texts[row] = text_or_empty(chunk, column, row);
  }
}

}  // namespace

Result<TakenEvents> append_events(Connection& connection, const MessageIndex& index,
                                  const EventBatch& events, const EventOrigin& origin,
                                  Dedupe dedupe) {
  if (events.size() == 0) return TakenEvents{};
  auto taken = look_up(index, events);
  if (!taken) return taken;
  const bool compares = compares_rows(events, dedupe);
  EventWriter log(events, origin);
  if (auto opened = log.open(connection, "event"); !opened) return opened.error();
  EventWriter incoming(events, origin);
  if (compares) {
    if (auto made = connection.run(
            "CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM event WITH NO DATA");
        !made) {
      return made.error();
    }
    if (auto opened = incoming.open(connection, "incoming"); !opened) return opened.error();
  }
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (!taken->is_new[row]) continue;
    if (compares && events.message[row] == 0) {
      incoming.write(row);
    } else {
      log.write(row);
      ++taken->count;
    }
  }
  if (auto done = log.close(); !done) return done.error();
  if (!compares) return taken;
  if (auto done = incoming.close(); !done) return done.error();
  auto inserted = connection.query(kTakeNewRowsWithoutId);
  if (!inserted) return inserted.error();
  taken->count += duckdb_rows_changed(inserted->raw());
  return taken;
}

Result<std::uint64_t> event_count(Connection& connection) {
  return count_of(connection, "SELECT count(*)::UBIGINT FROM event");
}

Result<EventLog> event_log(Connection& connection) {
  auto rows = connection.query("SELECT state, log, batch FROM event_log");
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  return EventLog{std::string(chunk.text(0, 0)), std::string(chunk.text(1, 0)),
                  chunk.column<std::uint64_t>(2)[0]};
}

Result<std::uint64_t> begin_batch(Connection& connection) {
  return count_of(
      connection,
      "UPDATE event_log SET state = uuid()::VARCHAR, batch = batch + 1 RETURNING batch");
}

Result<void> begin_log(Connection& connection) {
  return connection.run("UPDATE event_log SET state = uuid()::VARCHAR, log = uuid()::VARCHAR");
}

Result<void> read_messages(Connection& connection, std::uint64_t after_batch,
                           const std::function<Result<void>(std::span<const Wide>)>& sink) {
  auto rows = connection.stream(
      fmt::format("SELECT message FROM event WHERE message IS NOT NULL{}",
                  after_batch == 0 ? "" : fmt::format(" AND batch > {}", after_batch)));
  if (!rows) return rows.error();
  std::vector<Wide> messages;
  Result<void> handed_over;
  const auto read = rows->for_each_chunk([&](const Chunk& chunk) {
    messages.clear();
    for (std::size_t row = 0; row < chunk.size(); ++row) {
      messages.push_back(from_hugeint(chunk.column<duckdb_hugeint>(0)[row]));
    }
    if (handed_over) handed_over = sink(messages);
  });
  if (!read) return read.error();
  return handed_over;
}

namespace {

/// One pass over events; `seen` counts them. Some that name no account may count for none of those
/// asked for: they are handed over as of none.
Result<void> read_pass(Connection& connection, const Identity& identity, EventDetail detail,
                       const std::string& condition, bool are_named, std::uint64_t& seen,
                       const std::function<void(const EventColumns&, unsigned)>& sink) {
  // A column that was not asked for is not read.
  const bool reads_users = detail.users || !are_named;
  std::string columns = "account, happened_at, name";
  if (reads_users) columns += ", user_id";
  if (detail.properties) columns += ", properties";
  if (!are_named) columns += ", anonymous_id";
  if (detail.arrivals) columns += ", coalesce(received_at, happened_at)";
  auto rows = connection.stream(fmt::format("SELECT {} FROM event {}", columns, condition));
  if (!rows) return rows.error();
  std::vector<std::string_view> users;
  std::vector<std::string_view> properties;
  std::vector<std::string_view> visitors;
  std::vector<AccountNumber> accounts;
  return rows->for_each_chunk([&](const Chunk& chunk) {
    const std::size_t size = chunk.size();
    seen += size;
    std::size_t column = 3;
    if (reads_users) read_texts(chunk, column++, users);
    if (detail.properties) read_texts(chunk, column++, properties);
    if (!are_named) read_texts(chunk, column++, visitors);
    const auto* at = reinterpret_cast<const Instant*>(chunk.column<std::int64_t>(1));
    std::span<const AccountNumber> account{chunk.column<AccountNumber>(0), size};
    if (!are_named || identity.has_merges()) {
      accounts.resize(size);
      for (std::size_t row = 0; row < size; ++row) {
        accounts[row] = are_named
                            ? identity.root_of(account[row])
                            : identity.account_of(kNoAccount, users[row], visitors[row], at[row]);
        if (!detail.accounts.contains(accounts[row])) accounts[row] = kNoAccount;
      }
      account = accounts;
    }
    std::span<const Instant> arrived;
    if (detail.arrivals) {
      arrived = {reinterpret_cast<const Instant*>(chunk.column<std::int64_t>(column)), size};
    }
    sink({account, {at, size}, {chunk.column<SignalNumber>(2), size}, users, properties, arrived},
         0);
  });
}

}  // namespace

Result<void> read_events(Connection& connection, const Identity& identity, EventDetail detail,
                         const std::function<void(const EventColumns&, unsigned)>& sink) {
  std::string named = counts_for(identity, detail.accounts);
  const auto expected =
      named.empty() ? event_count(connection)
                    : count_of(connection, fmt::format("SELECT count(*)::UBIGINT FROM event WHERE "
                                                       "account IS NULL OR {}",
                                                       named)
                                               .c_str());
  if (!expected) return expected.error();
  const auto unnamed =
      count_of(connection, "SELECT count(*)::UBIGINT FROM event WHERE account IS NULL");
  if (!unnamed) return unnamed.error();
  std::uint64_t seen = 0;
  if (named.empty() && *unnamed > 0) named = "account IS NOT NULL";
  const auto read = read_pass(connection, identity, detail, named.empty() ? "" : "WHERE " + named,
                              true, seen, sink);
  if (!read) return read.error();
  if (*unnamed > 0) {
    const auto others =
        read_pass(connection, identity, detail, "WHERE account IS NULL", false, seen, sink);
    if (!others) return others.error();
  }
  // A level from part of the events would be published for good.
  if (seen != *expected) {
    return Error{ErrorKind::unavailable,
                 fmt::format("the database gave {} of its {} events", seen, *expected)};
  }
  return {};
}

Result<std::optional<Instant>> last_event(Connection& connection, Instant until) {
  auto rows =
      connection.query("SELECT max(happened_at) FROM event WHERE happened_at < make_timestamp($1)",
                       {until.time_since_epoch().count()});
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  if (chunk.is_null(0, 0)) return std::optional<Instant>{};
  return std::optional(Instant{std::chrono::microseconds{chunk.column<std::int64_t>(0)[0]}});
}

Result<void> read_arrived(Connection& connection, const Identity& identity, Instant from,
                          Instant until, const std::function<void(const ArrivedColumns&)>& sink) {
  // Who it was is read only of events that name no account.
  auto rows = connection.stream(
      fmt::format("SELECT account, happened_at, source, if(account IS NULL, user_id, NULL), "
                  "if(account IS NULL, anonymous_id, NULL) FROM event WHERE source IS NOT NULL AND "
                  "happened_at >= make_timestamp({}) AND happened_at < make_timestamp({})",
                  from.time_since_epoch().count(), until.time_since_epoch().count()));
  if (!rows) return rows.error();
  std::vector<AccountNumber> accounts;
  return rows->for_each_chunk([&](const Chunk& chunk) {
    const std::size_t size = chunk.size();
    const std::span at{reinterpret_cast<const Instant*>(chunk.column<std::int64_t>(1)), size};
    accounts.resize(size);
    for (std::size_t row = 0; row < size; ++row) {
      accounts[row] = chunk.is_null(0, row)
                          ? identity.account_of(kNoAccount, text_or_empty(chunk, 3, row),
                                                text_or_empty(chunk, 4, row), at[row])
                          : identity.root_of(chunk.column<AccountNumber>(0)[row]);
    }
    sink({accounts, at, {chunk.column<std::uint16_t>(2), size}});
  });
}

namespace {

/// Which events without an account may count for this one; each of them by one of these alone, so
/// that blocks without such users are passed over.
std::vector<std::string> unnamed_conditions(const Identity& identity, AccountNumber account) {
  std::vector<std::string> conditions;
  if (const auto ids = identity.ids_of(account); !ids.empty()) {
    std::vector<std::string> quoted;
    for (const std::string& id : ids) quoted.push_back(quoted_text(id));
    const std::string of_user = fmt::format("user_id IN ({})", fmt::join(quoted, ", "));
    const std::string of_visitor = fmt::format("anonymous_id IN ({})", fmt::join(quoted, ", "));
    conditions.push_back(of_user);
    conditions.push_back(fmt::format("{} AND ({}) IS NOT TRUE", of_visitor, of_user));
  }
  std::vector<std::string> ways;
  for (const std::string& domain : identity.domains_of(account)) {
    ways.push_back(fmt::format("lower(user_id) LIKE {0} OR lower(anonymous_id) LIKE {0}",
                               quoted_text("%@" + domain)));
  }
  if (!ways.empty()) {
    std::string rest = fmt::format("({})", fmt::join(ways, " OR "));
    for (const std::string& condition : conditions) {
      rest += fmt::format(" AND ({}) IS NOT TRUE", condition);
    }
    conditions.push_back(rest);
  }
  for (std::string& condition : conditions) condition += " AND account IS NULL";
  return conditions;
}

}  // namespace

Result<std::vector<AccountEvent>> events_of(Connection& connection, const Identity& identity,
                                            AccountNumber account,
                                            std::optional<std::uint64_t> ordered) {
  std::vector<AccountEvent> events;
  // Each of its own: where every event names its account, the others read no user at all.
  std::vector<std::string> conditions = unnamed_conditions(identity, account);
  conditions.push_back(
      fmt::format("account IN ({})", fmt::join(identity.members_of(account), ", ")));
  std::vector<std::string> parts;
  for (const std::string& condition : conditions) {
    if (ordered) {
      parts.push_back(fmt::format("{} WHERE {}", kOrderedEvents, condition));
      parts.push_back(fmt::format("event WHERE batch > {} AND {}", *ordered, condition));
    } else {
      parts.push_back(fmt::format("event WHERE {}", condition));
    }
  }
  for (const std::string& part : parts) {
    auto rows = connection.query(
        "SELECT happened_at, name, user_id, properties, account, anonymous_id FROM " + part);
    if (!rows) return rows.error();
    const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
      const Instant at{std::chrono::microseconds{chunk.column<std::int64_t>(0)[row]}};
      const AccountNumber named =
          chunk.is_null(4, row) ? kNoAccount : chunk.column<AccountNumber>(4)[row];
      const std::string_view user = text_or_empty(chunk, 2, row);
      const std::string_view anonymous = text_or_empty(chunk, 5, row);
      const AccountNumber member = identity.member_of(named, user, anonymous, at);
      if (member == kNoAccount || identity.root_of(member) != account) return;
      events.push_back({at, chunk.column<SignalNumber>(1)[row], std::string(user),
                        user.empty() ? identity.person_of(anonymous, at) : std::string(user),
                        std::string(text_or_empty(chunk, 3, row)), member});
    });
    if (!read) return read.error();
  }
  std::ranges::sort(events, {}, [](const AccountEvent& event) {
    return std::tie(event.at, event.name, event.user, event.properties);
  });
  return events;
}

Result<std::vector<ArrivedEvent>> arrived_since(Connection& connection, const Identity& identity,
                                                std::uint64_t batch, int limit) {
  auto rows = connection.query(
      "SELECT batch, source, received_at, happened_at, name, account, user_id, anonymous_id, "
      "properties FROM event WHERE source IS NOT NULL AND batch > $1 "
      "ORDER BY batch DESC, rowid DESC LIMIT $2",
      {static_cast<std::int64_t>(batch), std::int64_t{limit}});
  if (!rows) return rows.error();
  std::vector<ArrivedEvent> events;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    const auto instant = [&](std::size_t column) {
      return Instant{std::chrono::microseconds{chunk.column<std::int64_t>(column)[row]}};
    };
    ArrivedEvent event;
    event.batch = chunk.column<std::uint64_t>(0)[row];
    event.source = chunk.column<std::uint16_t>(1)[row];
    event.received_at = instant(2);
    event.at = instant(3);
    event.name = chunk.column<SignalNumber>(4)[row];
    event.user = text_or_empty(chunk, 6, row);
    event.anonymous = text_or_empty(chunk, 7, row);
    event.properties = text_or_empty(chunk, 8, row);
    const AccountNumber named =
        chunk.is_null(5, row) ? kNoAccount : chunk.column<AccountNumber>(5)[row];
    event.account = identity.account_of(named, event.user, event.anonymous, event.at);
    events.push_back(std::move(event));
  });
  if (!read) return read.error();
  std::ranges::reverse(events);
  return events;
}

}  // namespace tidemark::duck
