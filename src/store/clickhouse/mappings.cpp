#include "store/clickhouse/mappings.h"

#include <algorithm>
#include <set>

#include <simdjson.h>

#include "model/activity.h"
#include "model/email_domain.h"
#include "model/meaningless_id.h"
#include "store/clickhouse/event_rows.h"
#include "store/clickhouse/log_tables.h"
#include "store/clickhouse/said_tables.h"
#include "store/domains_without_account.h"

namespace tidemark::click {
namespace {

/// The type of an expression as the server sees it, also where there is no row.
Result<std::string> type_of(const Server& server, const MappedTable& table, std::string_view field,
                            const std::string& expression) {
  std::string type;
  auto read = server.query(fmt::format("SELECT toTypeName(any(td)) FROM (SELECT {} AS td FROM {} "
                                       "LIMIT 1) AS td_row",
                                       expression, table.name),
                           {Field::text}, [&](const Row& row) { type = row.text(0); });
  if (!read) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} {} of {} cannot be read. {}", field, expression, table.name,
                             read.error().message)};
  }
  constexpr std::string_view kNullable = "Nullable(";
  if (type.starts_with(kNullable))
    type = type.substr(kNullable.size(), type.rfind(')') - kNullable.size());
  return type;
}

std::string not_null(const std::string& expression, std::string_view instead) {
  return fmt::format("ifNull({}, {})", expression, instead);
}

/// An expression that reads it as a text.
Result<std::string> text_of(const Server& server, const MappedTable& table, std::string_view field,
                            const std::string& expression) {
  if (expression.empty()) return std::string("''");
  const auto type = type_of(server, table, field, expression);
  if (!type) return type.error();
  for (const char* structured : {"Map(", "JSON", "Object(", "Tuple("}) {
    if (type->starts_with(structured)) {
      return not_null(fmt::format("toJSONString({})", expression), "''");
    }
  }
  const bool is_fixed = type->starts_with("FixedString(");
  return not_null(fmt::format("{}({})", is_fixed ? "toStringCutToZero" : "toString", expression),
                  "''");
}

/// An expression that reads it as microseconds.
Result<std::string> micros_of(const Server& server, const MappedTable& table) {
  const auto type = type_of(server, table, "--time", table.at);
  if (!type) return type.error();
  if (type->starts_with("DateTime64")) {
    return not_null(fmt::format("toUnixTimestamp64Micro(toDateTime64({}, 6))", table.at), "0");
  }
  if (type->starts_with("DateTime")) {
    return not_null(fmt::format("toInt64(toUnixTimestamp({})) * 1000000", table.at), "0");
  }
  const bool is_text = type->ends_with("String") || type->starts_with("FixedString");
  return Error{
      ErrorKind::invalid_input,
      fmt::format("--time {} of {} is a {}, no moment in time; give an expression: {}", table.at,
                  table.name, *type,
                  is_text ? fmt::format("'parseDateTimeBestEffort({})'", table.at)
                  : *type == "Date"
                      ? fmt::format("'toDateTime({})'", table.at)
                      : fmt::format("'toDateTime({0})' of seconds, 'toDateTime(intDiv({0}, 1000))' "
                                    "of milliseconds",
                                    table.at))};
}

Result<MappedColumns> columns_of(const Server& server, const MappedTable& table) {
  MappedColumns columns;
  struct Text {
    std::string& column;
    std::string_view field;
    const std::string& expression;
  };
  for (const Text& text :
       {Text{columns.account, "--account", table.account},
        Text{columns.event, "--event", table.event}, Text{columns.user, "--user", table.user},
        Text{columns.properties, "--properties", table.properties}}) {
    auto read = text_of(server, table, text.field, text.expression);
    if (!read) return read.error();
    text.column = *std::move(read);
  }
  auto micros = micros_of(server, table);
  if (!micros) return micros.error();
  columns.micros = *std::move(micros);
  return columns;
}

/// Names of one kind that rows have and the log does not know, in order.
Result<std::set<std::string>> texts(const View& view, const std::string& sql) {
  std::set<std::string> found;
  auto read = view.server.query(sql, {Field::text}, [&](const Row& row) {
    const std::string_view text = row.text(0);
    if (simdjson::validate_utf8(text.data(), text.size()) &&
        text.find('\0') == std::string_view::npos) {
      found.emplace(text);
    }
  });
  if (!read) return read.error();
  return found;
}

/// Numbers what rows name that has none yet.
Result<void> number_names(const View& before, const std::vector<MappedRows>& tables, Instant now,
                          std::uint64_t step) {
  const auto events = read_names(before, NameTable::event_name);
  if (!events) return events.error();
  const auto counts_by_domain_of_users = counts_by_domain(before);
  if (!counts_by_domain_of_users) return counts_by_domain_of_users.error();
  std::set<std::string> accounts;
  std::set<std::string> names;
  std::set<std::string> domains;
  for (const MappedRows& table : tables) {
    auto unknown = texts(
        before, fmt::format("SELECT DISTINCT td_account FROM {} WHERE td_number = 0 AND td_account "
                            "!= ''",
                            with_account_numbers(before, table.sound(now))));
    if (!unknown) return unknown.error();
    accounts.merge(*unknown);
    auto named = texts(
        before, fmt::format("SELECT DISTINCT td_event FROM ({}) AS td_rows", table.sound(now)));
    if (!named) return named.error();
    names.merge(*named);
    if (!*counts_by_domain_of_users) continue;
    const auto users = texts(before, fmt::format("SELECT DISTINCT td_user FROM ({}) AS td_rows",
                                                 table.sound(now, "td_account = ''")));
    if (!users) return users.error();
    for (const std::string& user : *users) {
      if (auto domain = company_domain(user)) domains.insert(*std::move(domain));
    }
  }
  std::erase_if(accounts, [](const std::string& id) { return is_meaningless_id(id); });
  for (const std::string& event : *events) names.erase(event);
  std::vector<std::string> new_names(names.begin(), names.end());
  new_names.resize(std::min(new_names.size(), kMostSignals - events->size()));
  std::vector<std::string> new_accounts(accounts.begin(), accounts.end());
  if (!domains.empty()) {
    auto known = read_names(before, NameTable::account);
    if (!known) return known.error();
    known->insert(known->end(), accounts.begin(), accounts.end());
    for (std::string& domain : domains_without_account({domains.begin(), domains.end()}, *known)) {
      new_accounts.push_back(std::move(domain));
    }
  }
  if (auto named = append_names(before, NameTable::account, new_accounts, step); !named) {
    return named;
  }
  return append_names(before, NameTable::event_name, new_names, step);
}

/// What of a table counts as of this view.
Result<SeenTable> look_at(const View& view, const MappedRows& table) {
  SeenTable seen{table.seen.table, table.seen.until, 0, 0, {}, {}};
  const auto rows = EventRows::of_mapped(view, table);
  if (!rows) return rows.error();
  auto read =
      view.server.query(rows->select("toUInt64(count()), min(happened_at), max(happened_at)", "1"),
                        {Field::u64, Field::i64, Field::i64}, [&](const Row& row) {
                          seen.events = row.number<std::uint64_t>(0);
                          if (seen.events == 0) return;
                          seen.first = instant_of(row.number<std::int64_t>(1));
                          seen.last = instant_of(row.number<std::int64_t>(2));
                        });
  if (!read) return read.error();
  const auto all = view.number(fmt::format("SELECT toUInt64(count()) FROM {}", seen.table.name));
  if (!all) return all.error();
  seen.left_out = *all - std::min(*all, seen.events);
  return seen;
}

Result<void> save(const Server& server, const MappedRows& table, std::uint8_t is_gone,
                  std::uint64_t step) {
  RowWriter row;
  const MappedTable& given = table.seen.table;
  for (const std::string* text :
       {&given.name, &given.account, &given.event, &given.at, &given.user, &given.properties,
        &table.columns.account, &table.columns.event, &table.columns.micros, &table.columns.user,
        &table.columns.properties}) {
    row.text(*text);
  }
  row.number(click::micros_of(table.seen.until))
      .number(table.seen.events)
      .number(table.seen.left_out)
      .number(click::micros_of(table.seen.first))
      .number(click::micros_of(table.seen.last))
      .number(is_gone)
      .number(step);
  return server.insert("mapped_table", row);
}

/// Whether rows came, or were taken away, since it was looked at.
Result<bool> has_changed(const Server& server, const MappedRows& table, Instant now) {
  const SeenTable& seen = table.seen;
  std::uint64_t rows = 0;
  std::uint64_t later = 0;
  auto read =
      server.query(fmt::format("SELECT toUInt64(count()) FROM {}", seen.table.name), {Field::u64},
                   [&](const Row& row) { rows = row.number<std::uint64_t>(0); });
  if (!read) return read.error();
  if (rows != seen.events + seen.left_out) return true;
  read = server.query(
      fmt::format("SELECT toUInt64(count()) FROM ({}) AS td_rows",
                  table.sound(now, fmt::format("td_micros >= {}", click::micros_of(seen.until)))),
      {Field::u64}, [&](const Row& row) { later = row.number<std::uint64_t>(0); });
  if (!read) return read.error();
  return later > 0;
}

/// Looks at tables within a step.
Result<std::vector<SeenTable>> look_at_all(const Server& server, std::vector<MappedRows> tables,
                                           Instant now, const Journal::Step& step) {
  const View before{server, step.before};
  if (auto named = number_names(before, tables, now, step.number); !named) return named.error();
  View after = before;
  after.moment.steps[static_cast<std::size_t>(Lane::log)] = step.number;
  std::vector<SeenTable> all;
  for (MappedRows& table : tables) {
    table.seen.until = now;
    const auto seen = look_at(after, table);
    if (!seen) return seen.error();
    table.seen = *seen;
    if (auto saved = save(server, table, 0, step.number); !saved) return saved.error();
    all.push_back(*seen);
  }
  return all;
}

bool is_plain_name(std::string_view name) {
  return name.find('.') != std::string_view::npos && name.find('.') == name.rfind('.') &&
         !name.starts_with('.') && !name.ends_with('.') &&
         std::ranges::all_of(name, [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '_' || letter == '.';
         });
}

}  // namespace

Result<std::vector<SeenTable>> Mappings::all() {
  const auto now = journal_.now();
  if (!now) return now.error();
  const auto tables = mapped_rows({server_, *now});
  if (!tables) return tables.error();
  std::vector<SeenTable> all;
  for (const MappedRows& table : *tables) all.push_back(table.seen);
  return all;
}

Result<SeenTable> Mappings::add(const MappedTable& table, Instant now) {
  if (!is_plain_name(table.name)) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{}: write DATABASE.TABLE, in letters, digits and _ (of a table that "
                             "is named otherwise make a view)",
                             table.name)};
  }
  auto columns = columns_of(server_, table);
  if (!columns) return columns.error();
  const MappedRows rows{{table, now, 0, 0, {}, {}}, *std::move(columns)};
  SeenTable seen;
  auto done = journal_.in_step(Lane::log, [&](const Journal::Step& step) -> Result<void> {
    const auto all = look_at_all(server_, {rows}, now, step);
    if (!all) return all.error();
    seen = all->front();
    return {};
  });
  if (!done) return done.error();
  on_change_();
  return seen;
}

Result<void> Mappings::remove(const std::string& name) {
  const auto tables = all();
  if (!tables) return tables.error();
  const auto found = std::ranges::find(
      *tables, name, [](const SeenTable& seen) -> const std::string& { return seen.table.name; });
  if (found == tables->end()) {
    return Error{ErrorKind::not_found, fmt::format("no table {} is mapped", name)};
  }
  auto done = journal_.in_step(Lane::log, [&](const Journal::Step& step) {
    return save(server_, {*found, {}}, 1, step.number);
  });
  if (done) on_change_();
  return done;
}

Result<bool> Mappings::look(Instant now) {
  const auto moment = journal_.now();
  if (!moment) return moment.error();
  const auto tables = mapped_rows({server_, *moment});
  if (!tables) return tables.error();
  bool is_new = false;
  for (const MappedRows& table : *tables) {
    const auto changed = has_changed(server_, table, now);
    if (!changed) return changed.error();
    is_new = is_new || *changed;
  }
  if (!is_new) return false;
  const auto done = journal_.in_step(Lane::log, [&](const Journal::Step& step) -> Result<void> {
    const auto all = look_at_all(server_, *tables, now, step);
    return all ? Result<void>() : all.error();
  });
  if (!done) return done.error();
  on_change_();
  return true;
}

}  // namespace tidemark::click
