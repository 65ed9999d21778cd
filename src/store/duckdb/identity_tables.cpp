#include "store/duckdb/identity_tables.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "model/email_domain.h"

namespace tidemark::duck {
namespace {

Instant instant_at(const Chunk& chunk, std::size_t column, std::size_t row) {
  return Instant{std::chrono::microseconds{chunk.column<std::int64_t>(column)[row]}};
}

/// An account's property `domain` says more than an account that is named like a domain; of several
/// the oldest account counts.
Result<void> read_domains(Connection& connection, Identity& identity) {
  identity.count_by_domain();
  for (const char* sql :
       {"SELECT number, lower(id) FROM account WHERE id LIKE '%.%' ORDER BY number DESC",
        "SELECT account, lower(value ->> '$') FROM ("
        "  SELECT DISTINCT ON (account) account, value FROM account_property "
        "  WHERE property = 'domain' "
        "  ORDER BY account, since DESC NULLS LAST, import DESC, line DESC) "
        "ORDER BY account DESC"}) {
    auto rows = connection.query(sql);
    if (!rows) return rows.error();
    const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
      if (!chunk.is_null(1, row)) {
        identity.has_domain(std::string(chunk.text(1, row)), chunk.column<AccountNumber>(0)[row]);
      }
    });
    if (!read) return read.error();
  }
  auto emails = connection.query(
      "SELECT user_id, value ->> '$' FROM user_property WHERE property = 'email' "
      "ORDER BY since NULLS FIRST, import, line");
  if (!emails) return emails.error();
  return emails->for_each_row([&](const Chunk& chunk, std::size_t row) {
    const auto domain = chunk.is_null(1, row) ? std::nullopt : company_domain(chunk.text(1, row));
    identity.has_email(chunk.text(0, row), domain.value_or(""));
  });
}

}  // namespace

Result<void> append_aliases(Connection& connection, const std::vector<Alias>& aliases,
                            std::uint32_t import) {
  if (aliases.empty()) return {};
  auto appender = Appender::open(connection, "alias");
  if (!appender) return appender.error();
  for (const Alias& alias : aliases) {
    const auto [chunk, row] = appender->next_row();
    chunk.set_text(0, row, alias.id);
    chunk.set_text(1, row, alias.user);
    chunk.column<std::int64_t>(2)[row] = alias.since.time_since_epoch().count();
    chunk.column<std::uint32_t>(3)[row] = import;
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
  const auto by_domain = counts_by_domain(connection);
  if (!by_domain) return by_domain.error();
  if (*by_domain) {
    if (auto done = read_domains(connection, identity); !done) return done.error();
  }
  return identity;
}

bool says_whose(const Intake& intake) {
  const auto states = [](const StatementBatch& statements,
                         std::initializer_list<std::string_view> properties) {
    for (std::size_t at = 0; at < statements.size(); ++at) {
      if (std::ranges::find(properties, statements.property[at]) != properties.end()) return true;
    }
    return false;
  };
  return !intake.aliases.empty() || states(intake.of_users, {"account_id", "email"}) ||
         states(intake.of_accounts, {"merged_into", "domain"});
}

Result<std::vector<AccountMerge>> merges(Connection& connection) {
  // The last value of the property holds.
  auto rows = connection.query(
      "SELECT account, into_account, since, false AS is_stated FROM account_merge UNION ALL "
      "SELECT account, number, coalesce(since, TIMESTAMP '1970-01-01'), true FROM ("
      "  SELECT DISTINCT ON (account) account, value, since FROM account_property "
      "  WHERE property = 'merged_into' "
      "  ORDER BY account, since DESC NULLS LAST, import DESC, line DESC) "
      "JOIN account AS into_account ON into_account.id = (value ->> '$') ORDER BY 3, 4, 1");
  if (!rows) return rows.error();
  std::vector<AccountMerge> merges;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    merges.push_back({chunk.column<AccountNumber>(0)[row], chunk.column<AccountNumber>(1)[row],
                      instant_at(chunk, 2, row), chunk.column<bool>(3)[row]});
  });
  if (!read) return read.error();
  return merges;
}

Result<bool> counts_by_domain(Connection& connection) {
  auto rows = connection.query("SELECT count(*) > 0 FROM email_domain_rule");
  if (!rows) return rows.error();
  return rows->next().column<bool>(0)[0];
}

Result<void> save_domain_rule(Connection& connection, bool is_on, Instant since) {
  if (auto gone = connection.run("DELETE FROM email_domain_rule"); !gone) return gone;
  if (!is_on) return {};
  auto saved = connection.query("INSERT INTO email_domain_rule VALUES (make_timestamp($1))",
                                {since.time_since_epoch().count()});
  if (!saved) return saved.error();
  return {};
}

Result<std::vector<std::string>> known_domains(Connection& connection) {
  auto rows = connection.query(
      "SELECT value ->> '$' FROM user_property WHERE property = 'email' UNION "
      "SELECT user_id FROM event WHERE account IS NULL AND user_id LIKE '%@%' UNION "
      "SELECT anonymous_id FROM event WHERE account IS NULL AND anonymous_id LIKE '%@%' UNION "
      "SELECT user_id FROM alias WHERE user_id LIKE '%@%'");
  if (!rows) return rows.error();
  std::set<std::string> domains;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    if (chunk.is_null(0, row)) return;
    if (auto domain = company_domain(chunk.text(0, row))) domains.insert(*std::move(domain));
  });
  if (!read) return read.error();
  return std::vector<std::string>(domains.begin(), domains.end());
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

Result<std::vector<UnnamedSender>> unnamed_senders(Connection& connection) {
  auto rows = connection.query(
      "SELECT DISTINCT coalesce(user_id, ''), coalesce(anonymous_id, '') FROM event "
      "WHERE account IS NULL");
  if (!rows) return rows.error();
  std::vector<UnnamedSender> senders;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    senders.push_back({std::string(chunk.text(0, row)), std::string(chunk.text(1, row))});
  });
  if (!read) return read.error();
  return senders;
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
