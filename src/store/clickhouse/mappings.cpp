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

/// What rows name: accounts without a number, events, and the domains that users count by.
struct RowNames {
  std::set<std::string> accounts;
  std::set<std::string> events;
  std::set<std::string> domains;
};

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

/// Whether it is a text as it stands, which the table's index knows.
Result<bool> is_plain_text(const Server& server, const MappedTable& table,
                           const std::string& expression) {
  bool is_plain = false;
  auto read = server.query(
      fmt::format("SELECT toTypeName(td) FROM (SELECT {} AS td FROM {} LIMIT 1) AS td_row",
                  expression, table.name),
      {Field::text}, [&](const Row& row) { is_plain = row.text(0) == "String"; });
  if (!read) return read.error();
  return is_plain;
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
  if (*type == "String") {
    const auto is_plain = is_plain_text(server, table, expression);
    if (!is_plain) return is_plain.error();
    if (*is_plain) return expression;
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
  std::string instead = fmt::format(
      "'toDateTime({0})' of seconds, 'toDateTime(intDiv({0}, 1000))' of milliseconds", table.at);
  if (type->ends_with("String") || type->starts_with("FixedString(")) {
    // Some servers make the year 2000 of an empty one.
    instead = fmt::format("\"if({0} = '', toDateTime(0), parseDateTimeBestEffortOrZero({0}))\"",
                          table.at);
  } else if (type->starts_with("Date")) {
    instead = fmt::format("'toDateTime({})'", table.at);
  }
  return Error{ErrorKind::invalid_input,
               fmt::format("--time {} of {} is a {}, no moment in time; give an expression: {}",
                           table.at, table.name, *type, instead)};
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

/// The texts of an answer that are such.
Result<std::set<std::string>> texts(const View& view, const MappedRows& table,
                                    const std::string& sql) {
  std::set<std::string> found;
  auto read = view.server.query(sql, {Field::text}, [&](const Row& row) {
    const std::string_view text = row.text(0);
    if (simdjson::validate_utf8(text.data(), text.size()) &&
        text.find('\0') == std::string_view::npos) {
      found.emplace(text);
    }
  });
  if (!read) return about_table(table.seen.table.name, read.error());
  return found;
}

Result<RowNames> names_in(const View& view, const std::vector<MappedRows>& tables, Instant now) {
  const auto counts_users_by_domain = counts_by_domain(view);
  if (!counts_users_by_domain) return counts_users_by_domain.error();
  RowNames names;
  for (const MappedRows& table : tables) {
    auto accounts = texts(
        view, table,
        fmt::format("SELECT DISTINCT td_account FROM {} WHERE td_number = 0 AND td_account != ''",
                    with_account_numbers(view, table.sound(now))));
    if (!accounts) return accounts.error();
    names.accounts.merge(*accounts);
    auto events =
        texts(view, table,
              fmt::format("SELECT DISTINCT td_event FROM ({}) AS td_rows", table.sound(now)));
    if (!events) return events.error();
    names.events.merge(*events);
    if (!*counts_users_by_domain) continue;
    const auto users = texts(view, table,
                             fmt::format("SELECT DISTINCT td_user FROM ({}) AS td_rows",
                                         table.sound(now, "td_account = ''")));
    if (!users) return users.error();
    for (const std::string& user : *users) {
      if (auto domain = company_domain(user)) names.domains.insert(*std::move(domain));
    }
  }
  std::erase_if(names.accounts, [](const std::string& id) { return is_meaningless_id(id); });
  return names;
}

/// Those of the accounts that have a number.
Result<std::set<std::string>> known_of(const View& view, const std::set<std::string>& accounts) {
  std::set<std::string> known;
  std::string list;
  for (const std::string& id : accounts) list += (list.empty() ? "" : ",") + sql_text(id);
  if (list.empty()) return known;
  auto read = view.server.query(fmt::format("SELECT id FROM account WHERE {} AND id IN ({})",
                                            within(view.moment, Lane::log), list),
                                {Field::text}, [&](const Row& row) { known.emplace(row.text(0)); });
  if (!read) return read.error();
  return known;
}

/// Numbers what has no number by now. Of events as many as there are numbers for.
Result<void> number_names(const View& before, const RowNames& names, std::uint64_t step) {
  const auto known = known_of(before, names.accounts);
  if (!known) return known.error();
  std::vector<std::string> accounts;
  std::ranges::set_difference(names.accounts, *known, std::back_inserter(accounts));
  if (!names.domains.empty()) {
    auto all = read_names(before, NameTable::account);
    if (!all) return all.error();
    all->insert(all->end(), accounts.begin(), accounts.end());
    std::ranges::move(domains_without_account({names.domains.begin(), names.domains.end()}, *all),
                      std::back_inserter(accounts));
  }
  if (auto named = append_names(before, NameTable::account, accounts, step); !named) return named;
  const auto known_events = read_names(before, NameTable::event_name);
  if (!known_events) return known_events.error();
  std::set<std::string> new_events = names.events;
  for (const std::string& event : *known_events) new_events.erase(event);
  std::vector<std::string> events(new_events.begin(), new_events.end());
  events.resize(std::min(events.size(), kMostSignals - known_events->size()));
  return append_names(before, NameTable::event_name, events, step);
}

/// By which is seen whether it changed. A row that comes meanwhile is found the next time.
Result<void> count_rows(const Server& server, MappedRows& table, Instant now) {
  auto read = server.query(fmt::format("SELECT toUInt64(count()) FROM {}", table.seen.table.name),
                           {Field::u64},
                           [&](const Row& row) { table.row_count = row.number<std::uint64_t>(0); });
  if (!read) return about_table(table.seen.table.name, read.error());
  table.checksum = 0;
  read = server.query(
      fmt::format("SELECT sum(cityHash64(td_account, td_event, td_micros, td_user)) FROM ({}) AS "
                  "td_rows",
                  table.sound(now)),
      {Field::u64}, [&](const Row& row) { table.checksum = row.number<std::uint64_t>(0); });
  return read ? read : about_table(table.seen.table.name, read.error());
}

/// What of a table counts as of this view.
Result<void> look_at(const View& view, MappedRows& table, Instant now) {
  SeenTable& seen = table.seen;
  seen.until = now;
  seen.events = 0;
  seen.first = seen.last = std::nullopt;
  const auto rows = EventRows::of_mapped(view, table);
  if (!rows) return rows.error();
  auto read = rows->read("toUInt64(count()), min(happened_at), max(happened_at)", "1",
                         {Field::u64, Field::i64, Field::i64}, [&](const Row& row) {
                           seen.events = row.number<std::uint64_t>(0);
                           if (seen.events == 0) return;
                           seen.first = instant_of(row.number<std::int64_t>(1));
                           seen.last = instant_of(row.number<std::int64_t>(2));
                         });
  if (!read) return read;
  seen.left_out = table.row_count - std::min(table.row_count, seen.events);
  return {};
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
      .number(table.row_count)
      .number(table.checksum)
      .number(table.seen.events)
      .number(click::micros_of(table.seen.first))
      .number(click::micros_of(table.seen.last))
      .number(is_gone)
      .number(step);
  return server.insert("mapped_table", row);
}

/// DATABASE.TABLE.
bool is_name_of_table(std::string_view name) {
  const auto dot = name.find('.');
  return dot != std::string_view::npos && is_plain_name(name.substr(0, dot)) &&
         is_plain_name(name.substr(dot + 1));
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

Result<void> Mappings::in_step(
    const std::function<Result<void>(const View& before, std::uint64_t step)>& work) {
  auto done = journal_.in_step(Lane::log, [&](const Journal::Step& step) {
    return work({server_, step.before}, step.number);
  });
  ++changes_;  // where it failed it may be done all the same
  on_change_();
  return done;
}

Result<void> Mappings::take_in(std::vector<MappedRows>& tables, const RowNames& names, Instant now,
                               const Alone& alone) {
  auto named = alone([&] {
    return in_step(
        [&](const View& before, std::uint64_t step) { return number_names(before, names, step); });
  });
  if (!named) return named;
  const auto moment = journal_.now();
  if (!moment) return moment.error();
  for (MappedRows& table : tables) {
    if (auto looked = look_at({server_, *moment}, table, now); !looked) return looked;
  }
  return in_step([&](const View&, std::uint64_t step) -> Result<void> {
    for (const MappedRows& table : tables) {
      if (auto saved = save(server_, table, 0, step); !saved) return saved;
    }
    return {};
  });
}

Result<SeenTable> Mappings::add(const MappedTable& table, Instant now) {
  if (!is_name_of_table(table.name)) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{}: write DATABASE.TABLE, in letters, digits and _ (of a table that "
                             "is named otherwise make a view)",
                             table.name)};
  }
  for (const auto& [field, column] :
       {std::pair{"--account", &table.account}, {"--event", &table.event}, {"--time", &table.at}}) {
    if (column->empty()) {
      return Error{ErrorKind::invalid_input, fmt::format("{} names no column", field)};
    }
  }
  const auto columns = columns_of(server_, table);
  if (!columns) return columns.error();
  std::vector<MappedRows> tables(1);
  tables.front().seen.table = table;
  tables.front().columns = *columns;
  if (auto counted = count_rows(server_, tables.front(), now); !counted) return counted.error();
  const auto moment = journal_.now();
  if (!moment) return moment.error();
  const View view{server_, *moment};
  const auto names = names_in(view, tables, now);
  if (!names) return names.error();
  constexpr std::size_t kMostEventsOfTable = 10'000;
  if (names->events.size() > kMostEventsOfTable) {
    return Error{
        ErrorKind::invalid_input,
        fmt::format("--event {} of {} has {} different values: it is to say what happened, "
                    "not to whom or when",
                    table.event, table.name, names->events.size())};
  }
  const auto alone = [](const std::function<Result<void>()>& work) { return work(); };
  if (auto taken = take_in(tables, *names, now, alone); !taken) return taken.error();
  return tables.front().seen;
}

Result<void> Mappings::remove(const std::string& name) {
  const auto tables = all();
  if (!tables) return tables.error();
  const auto found = std::ranges::find(
      *tables, name, [](const SeenTable& seen) -> const std::string& { return seen.table.name; });
  if (found == tables->end()) {
    return Error{ErrorKind::not_found, fmt::format("no table {} is mapped", name)};
  }
  return in_step(
      [&](const View&, std::uint64_t step) { return save(server_, {*found, {}}, 1, step); });
}

Result<bool> Mappings::look(Instant now, const Alone& alone) {
  const auto moment = journal_.now();
  if (!moment) return moment.error();
  const View view{server_, *moment};
  auto tables = mapped_rows(view);
  if (!tables) return tables.error();
  bool has_news = false;
  for (MappedRows& table : *tables) {
    const MappedRows before = table;
    if (auto counted = count_rows(server_, table, now); !counted) return counted.error();
    has_news = has_news || table.row_count != before.row_count || table.checksum != before.checksum;
  }
  if (!has_news) return false;
  const auto names = names_in(view, *tables, now);
  if (!names) return names.error();
  if (auto taken = take_in(*tables, *names, now, alone); !taken) return taken.error();
  return true;
}

}  // namespace tidemark::click
