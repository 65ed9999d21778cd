#include "store/duckdb/identity_tables.h"

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

Instant instant_at(const Chunk& chunk, std::size_t column, std::size_t row) {
  return Instant{std::chrono::microseconds{chunk.column<std::int64_t>(column)[row]}};
}

}  // namespace

Result<void> append_aliases(Connection& connection, const std::vector<Alias>& aliases) {
  if (aliases.empty()) return {};
  auto appender = Appender::open(connection, "alias");
  if (!appender) return appender.error();
  for (const Alias& alias : aliases) {
    const auto [chunk, row] = appender->next_row();
    chunk.set_text(0, row, alias.id);
    chunk.set_text(1, row, alias.user);
    chunk.column<std::int64_t>(2)[row] = alias.since.time_since_epoch().count();
  }
  return appender->close();
}

Result<Identity> read_identity(Connection& connection) {
  Identity identity;
  const auto since = [](const Chunk& chunk, std::size_t column, std::size_t row) {
    return chunk.is_null(column, row) ? Instant::min() : instant_at(chunk, column, row);
  };
  auto belongings = connection.query(
      "SELECT user_id, account.number, since FROM user_property "
      "JOIN account ON account.id = (user_property.value ->> '$') WHERE property = 'account_id' "
      "ORDER BY since NULLS FIRST, import, line");
  if (!belongings) return belongings.error();
  auto read = belongings->for_each_row([&](const Chunk& chunk, std::size_t row) {
    identity.belongs(chunk.text(0, row), chunk.column<AccountNumber>(1)[row], since(chunk, 2, row));
  });
  if (!read) return read.error();
  auto aliases = connection.query("SELECT id, user_id, since FROM alias");
  if (!aliases) return aliases.error();
  read = aliases->for_each_row([&](const Chunk& chunk, std::size_t row) {
    identity.is_same(
        {std::string(chunk.text(0, row)), std::string(chunk.text(1, row)), since(chunk, 2, row)});
  });
  if (!read) return read.error();
  const auto merged = merges(connection);
  if (!merged) return merged.error();
  for (const AccountMerge& merge : *merged) identity.merge(merge.account, merge.into);
  return identity;
}

Result<std::vector<AccountMerge>> merges(Connection& connection) {
  auto rows =
      connection.query("SELECT account, into_account, since FROM account_merge ORDER BY since");
  if (!rows) return rows.error();
  std::vector<AccountMerge> merges;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    merges.push_back({chunk.column<AccountNumber>(0)[row], chunk.column<AccountNumber>(1)[row],
                      instant_at(chunk, 2, row)});
  });
  if (!read) return read.error();
  return merges;
}

Result<void> append_merge(Connection& connection, const AccountMerge& merge) {
  auto appended = connection.query("INSERT INTO account_merge VALUES ($1, $2, make_timestamp($3))",
                                   {std::int64_t{merge.account}, std::int64_t{merge.into},
                                    merge.since.time_since_epoch().count()});
  if (!appended) return appended.error();
  return {};
}

Result<void> forget_merge(Connection& connection, AccountNumber account) {
  auto gone =
      connection.query("DELETE FROM account_merge WHERE account = $1", {std::int64_t{account}});
  if (!gone) return gone.error();
  return {};
}

Result<void> read_senders(Connection& connection, const Identity& identity,
                          const std::function<void(const EventSender&)>& sink) {
  auto rows = connection.stream(
      "SELECT account, coalesce(user_id, ''), coalesce(anonymous_id, ''), count(*)::UBIGINT, "
      "max(happened_at) FROM event GROUP BY ALL");
  if (!rows) return rows.error();
  return rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    const AccountNumber named =
        chunk.is_null(0, row) ? kNoAccount : chunk.column<AccountNumber>(0)[row];
    const Instant last = instant_at(chunk, 4, row);
    const std::string_view user = chunk.text(1, row);
    const std::string_view anonymous = chunk.text(2, row);
    sink({identity.account_of(named, user, anonymous, last), user, anonymous,
          chunk.column<std::uint64_t>(3)[row], last});
  });
}

}  // namespace tidemark::duck
