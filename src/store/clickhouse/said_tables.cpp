#include "store/clickhouse/said_tables.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <simdjson.h>

#include "model/email_domain.h"
#include "store/clickhouse/log_tables.h"

namespace tidemark::click {
namespace {

/// A JSON value as text: a text without its quotes, none for null.
std::optional<std::string> text_of(std::string_view json) {
  if (json == "null") return std::nullopt;
  if (!json.starts_with('"')) return std::string(json);
  thread_local simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(simdjson::padded_string(json)).get(text) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return std::string(text);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

std::uint8_t number_of(Subject subject) { return subject == Subject::user ? 1 : 0; }

/// A statement with what decides which of several holds.
struct Said {
  Statement statement;
  std::uint32_t import = 0;
  std::uint64_t line = 0;
  std::uint64_t step = 0;

  auto order() const { return std::tuple(micros_of(statement.since), import, line, step); }
};

Result<std::vector<Said>> read_said(const View& view, Subject subject,
                                    const std::string& condition) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  return view.items<Said>(
      fmt::format(
          "SELECT account, user_id, property, value, since, import, line, step FROM property "
          "WHERE {} AND subject = {} {} ORDER BY account, user_id, property, since, import, "
          "line, step",
          *seen, number_of(subject), condition),
      {Field::u32, Field::text, Field::text, Field::text, Field::i64, Field::u32, Field::u64,
       Field::u64},
      [](const Row& row) {
        return Said{
            {row.number<AccountNumber>(0), std::string(row.text(1)), std::string(row.text(2)),
             std::string(row.text(3)), maybe_instant(row.number<std::int64_t>(4))},
            row.number<std::uint32_t>(5),
            row.number<std::uint64_t>(6),
            row.number<std::uint64_t>(7)};
      });
}

Result<std::vector<Statement>> read_statements(const View& view, Subject subject,
                                               const std::string& condition) {
  auto said = read_said(view, subject, condition);
  if (!said) return said.error();
  std::vector<Statement> statements;
  for (Said& one : *said) statements.push_back(std::move(one.statement));
  return statements;
}

std::string listed(const std::vector<std::string>& texts) {
  std::vector<std::string> all;
  for (const std::string& text : texts) all.push_back(sql_text(text));
  return fmt::format("({})", fmt::join(all, ","));
}

/// The last thing said of each account of a property, by account.
Result<std::map<AccountNumber, Said>> last_said(const View& view, std::string_view property) {
  auto said =
      read_said(view, Subject::account, fmt::format("AND property = {}", sql_text(property)));
  if (!said) return said.error();
  std::map<AccountNumber, Said> last;
  for (Said& one : *said) {
    const auto [at, is_new] = last.try_emplace(one.statement.account, one);
    if (!is_new && at->second.order() <= one.order()) at->second = std::move(one);
  }
  return last;
}

void write_statement(RowWriter& rows, const StatementBatch& statements, std::size_t at,
                     std::optional<Instant> since, std::uint32_t import, std::uint64_t step) {
  const bool is_of_account = statements.subject == Subject::account;
  rows.number(number_of(statements.subject))
      .number(is_of_account ? std::uint32_t{statements.account[at]} : std::uint32_t{0})
      .text(is_of_account ? std::string_view() : statements.user[at])
      .text(statements.property[at])
      .text(statements.value[at])
      .number(micros_of(since))
      .number(import)
      .number(statements.line[at])
      .number(step);
}

}  // namespace

Result<void> append_statements(const View& before, const StatementBatch& statements,
                               const Import& import, std::uint64_t step) {
  if (statements.size() == 0) return {};
  const bool is_of_account = statements.subject == Subject::account;
  std::set<std::string> subjects;
  std::set<std::string> properties;
  for (std::size_t at = 0; at < statements.size(); ++at) {
    subjects.insert(is_of_account ? std::to_string(statements.account[at])
                                  : sql_text(statements.user[at]));
    properties.insert(sql_text(statements.property[at]));
  }
  auto said = read_said(
      before, statements.subject,
      fmt::format("AND {} IN ({}) AND property IN ({})", is_of_account ? "account" : "user_id",
                  fmt::join(subjects, ","), fmt::join(properties, ",")));
  if (!said) return said.error();
  struct Known {
    Said last;
    std::set<std::uint32_t> imports;
  };
  std::map<std::tuple<AccountNumber, std::string, std::string>, Known> known;
  for (Said& one : *said) {
    Known& of = known[{one.statement.account, one.statement.user, one.statement.property}];
    of.imports.insert(one.import);
    if (of.imports.size() == 1 || of.last.order() <= one.order()) of.last = std::move(one);
  }
  RowWriter rows;
  for (std::size_t at = 0; at < statements.size(); ++at) {
    const auto found = known.find({is_of_account ? statements.account[at] : 0,
                                   is_of_account ? "" : std::string(statements.user[at]),
                                   std::string(statements.property[at])});
    std::optional<Instant> since = statements.since[at];
    if (!since && found != known.end()) {
      if (found->second.last.statement.value == statements.value[at]) continue;
      const auto& imports = found->second.imports;
      const bool is_of_another = imports.size() > 1 || !imports.contains(import.number);
      if (is_of_another) since = import.started;
    }
    write_statement(rows, statements, at, since, import.number, step);
  }
  return before.server.insert("property", rows);
}

Result<void> append_dated_statements(const View& before, const StatementBatch& statements,
                                     std::uint64_t step) {
  RowWriter rows;
  constexpr std::uint32_t kLive = 0;
  for (std::size_t at = 0; at < statements.size(); ++at) {
    write_statement(rows, statements, at, statements.since[at], kLive, step);
  }
  return before.server.insert("property", rows);
}

Result<std::vector<Statement>> account_statements(const View& view,
                                                  const std::vector<std::string>& properties) {
  return read_statements(view, Subject::account,
                         properties.empty() ? "" : "AND property IN " + listed(properties));
}

Result<std::vector<Statement>> statements_of_account(const View& view, AccountNumber account) {
  return read_statements(view, Subject::account, fmt::format("AND account = {}", account));
}

Result<std::vector<Statement>> statements_of_users(const View& view,
                                                   const std::vector<std::string>& users,
                                                   const std::string& property) {
  if (users.empty()) return std::vector<Statement>{};
  return read_statements(
      view, Subject::user,
      fmt::format("AND property = {} AND user_id IN {}", sql_text(property), listed(users)));
}

Result<void> append_aliases(const View& before, const std::vector<Alias>& aliases,
                            std::uint32_t import, std::uint64_t step) {
  RowWriter rows;
  for (const Alias& alias : aliases) {
    rows.text(alias.id).text(alias.user).number(micros_of(alias.since)).number(import).number(step);
  }
  return before.server.insert("alias", rows);
}

Result<std::vector<AccountMerge>> merges(const View& view, const Names& ids) {
  std::vector<AccountMerge> merges;
  auto read = view.server.query(
      fmt::format(
          "SELECT account, into_account, since, is_gone FROM account_merge WHERE {} ORDER BY "
          "step",
          within(view.moment, Lane::log)),
      {Field::u32, Field::u32, Field::i64, Field::u8}, [&](const Row& row) {
        const auto account = row.number<AccountNumber>(0);
        if (row.number<std::uint8_t>(3) != 0) {
          std::erase_if(merges,
                        [&](const AccountMerge& merge) { return merge.account == account; });
        } else {
          merges.push_back({account, row.number<AccountNumber>(1),
                            instant_of(row.number<std::int64_t>(2)), false});
        }
      });
  if (!read) return read.error();
  const auto stated = last_said(view, "merged_into");
  if (!stated) return stated.error();
  for (const auto& [account, said] : *stated) {
    const auto id = text_of(said.statement.value);
    const auto into = id ? ids.find(*id) : std::nullopt;
    if (!into) continue;
    merges.push_back({account, static_cast<AccountNumber>(*into),
                      said.statement.since.value_or(Instant{}), true});
  }
  std::ranges::sort(merges, {}, [](const AccountMerge& merge) {
    return std::tuple(merge.since, merge.is_stated, merge.account, merge.into);
  });
  return merges;
}

Result<void> append_merge(const View& before, const AccountMerge& merge, bool is_gone,
                          std::uint64_t step) {
  RowWriter row;
  row.number(std::uint32_t{merge.account})
      .number(std::uint32_t{merge.into})
      .number(micros_of(merge.since))
      .number(static_cast<std::uint8_t>(is_gone ? 1 : 0))
      .number(step);
  return before.server.insert("account_merge", row);
}

Result<bool> counts_by_domain(const View& view) {
  const auto is_on =
      view.number(fmt::format("SELECT toUInt64(argMax(is_on, step)) FROM domain_rule WHERE {}",
                              within(view.moment, Lane::log)));
  if (!is_on) return is_on.error();
  return *is_on != 0;
}

Result<void> save_domain_rule(const View& before, bool is_on, Instant since, std::uint64_t step) {
  RowWriter row;
  row.number(static_cast<std::uint8_t>(is_on ? 1 : 0)).number(micros_of(since)).number(step);
  return before.server.insert("domain_rule", row);
}

namespace {

Result<std::vector<Said>> emails(const View& view) {
  auto said = read_said(view, Subject::user, "AND property = 'email'");
  if (said) std::ranges::sort(*said, {}, &Said::order);
  return said;
}

/// An account's property `domain` says more than an account that is named like a domain; of several
/// the oldest account counts.
Result<void> read_domains(const View& view, const Names& ids, Identity& identity) {
  identity.count_by_domain();
  for (std::size_t number = ids.size(); number-- > 0;) {
    if (ids[number].find('.') != std::string::npos) {
      identity.has_domain(lower(ids[number]), static_cast<AccountNumber>(number));
    }
  }
  const auto stated = last_said(view, "domain");
  if (!stated) return stated.error();
  for (auto said = stated->rbegin(); said != stated->rend(); ++said) {
    if (auto domain = text_of(said->second.statement.value)) {
      identity.has_domain(lower(*std::move(domain)), said->first);
    }
  }
  const auto addresses = emails(view);
  if (!addresses) return addresses.error();
  for (const Said& said : *addresses) {
    const auto address = text_of(said.statement.value);
    const auto domain = address ? company_domain(*address) : std::nullopt;
    identity.has_email(said.statement.user, domain.value_or(""));
  }
  return {};
}

}  // namespace

Result<Identity> read_identity(const View& view, const Names& ids) {
  Identity identity;
  auto belongings = read_said(view, Subject::user, "AND property = 'account_id'");
  if (!belongings) return belongings.error();
  std::ranges::sort(*belongings, {}, &Said::order);
  for (const Said& said : *belongings) {
    const auto id = text_of(said.statement.value);
    const auto account = id ? ids.find(*id) : std::nullopt;
    if (!account) continue;
    identity.belongs(said.statement.user, static_cast<AccountNumber>(*account),
                     said.statement.since.value_or(Instant::min()));
  }
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  auto read = view.server.query(
      fmt::format("SELECT id, user_id, since FROM alias WHERE {} ORDER BY step", *seen),
      {Field::text, Field::text, Field::i64}, [&](const Row& row) {
        identity.is_same({std::string(row.text(0)), std::string(row.text(1)),
                          instant_of(row.number<std::int64_t>(2))});
      });
  if (!read) return read.error();
  const auto merged = merges(view, ids);
  if (!merged) return merged.error();
  for (const AccountMerge& merge : *merged) identity.merge(merge.account, merge.into);
  const auto by_domain = counts_by_domain(view);
  if (!by_domain) return by_domain.error();
  if (*by_domain) {
    if (auto done = read_domains(view, ids, identity); !done) return done.error();
  }
  return identity;
}

Result<std::vector<std::string>> known_domains(const View& view) {
  std::set<std::string> domains;
  const auto note = [&](std::string_view address) {
    if (auto domain = company_domain(address)) domains.insert(*std::move(domain));
  };
  const auto addresses = emails(view);
  if (!addresses) return addresses.error();
  for (const Said& said : *addresses) {
    if (const auto address = text_of(said.statement.value)) note(*address);
  }
  const auto senders = unnamed_senders(view);
  if (!senders) return senders.error();
  for (const UnnamedSender& sender : *senders) {
    note(sender.user);
    note(sender.anonymous);
  }
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  auto read = view.server.query(fmt::format("SELECT DISTINCT user_id FROM alias WHERE {}", *seen),
                                {Field::text}, [&](const Row& row) { note(row.text(0)); });
  if (!read) return read.error();
  return std::vector<std::string>(domains.begin(), domains.end());
}

}  // namespace tidemark::click
