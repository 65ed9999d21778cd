#include "store/clickhouse/event_rows.h"

#include <algorithm>
#include <map>

#include "model/activity.h"
#include "model/earliest_event.h"
#include "model/meaningless_id.h"
#include "store/clickhouse/log_tables.h"

namespace tidemark::click {
namespace {

/// An expression for the number of an event's name, -1 for one that has none.
std::string name_number(const std::vector<std::string>& names) {
  if (names.empty()) return "toInt32(-1)";
  std::string texts;
  std::string numbers;
  for (std::size_t number = 0; number < names.size(); ++number) {
    texts += (number > 0 ? "," : "") + sql_text(names[number]);
    numbers += (number > 0 ? "," : "") + std::to_string(number);
  }
  return fmt::format("toInt32(transform(td_event, [{}], [{}], -1))", texts, numbers);
}

/// An id that says nothing is none.
std::string meaning_of(const std::string& id) {
  std::string without;
  for (const std::string_view one : meaningless_ids()) without += "," + sql_text(one);
  return fmt::format("if(lower({0}) IN ({1}) OR match({0}, '^[ \\\\t]*$'), '', {0})", id,
                     without.substr(1));
}

}  // namespace

std::string MappedRows::sound(Instant until, std::string_view condition) const {
  return fmt::format(
      "SELECT {} AS td_account, {} AS td_event, {} AS td_micros, {} AS td_user, {} AS "
      "td_properties FROM {} WHERE td_micros >= {} AND td_micros < {} AND td_event != '' AND "
      "(td_account != '' OR td_user != '') AND {}",
      columns.account, columns.event, columns.micros, meaning_of(columns.user), columns.properties,
      seen.table.name, micros_of(kEarliestEvent), micros_of(until), condition);
}

Error about_table(const std::string& name, const Error& error) {
  return Error{error.kind, fmt::format("the mapped table {0} cannot be read: {1}. Mend it, or let "
                                       "it go: tidemark tables remove {0}",
                                       name, error.message)};
}

Result<std::vector<MappedRows>> mapped_rows(const View& view) {
  std::map<std::string, MappedRows> found;  // a later row takes the place of those before
  auto read = view.server.query(
      fmt::format("SELECT name, account, event, at, user, properties, account_read, event_read, "
                  "micros_read, user_read, properties_read, until, row_count, checksum, events, "
                  "first, last, is_gone FROM mapped_table WHERE {} ORDER BY step",
                  within(view.moment, Lane::log)),
      {Field::text, Field::text, Field::text, Field::text, Field::text, Field::text, Field::text,
       Field::text, Field::text, Field::text, Field::text, Field::i64, Field::u64, Field::u64,
       Field::u64, Field::i64, Field::i64, Field::u8},
      [&](const Row& row) {
        const auto text = [&](std::size_t column) { return std::string(row.text(column)); };
        found.erase(text(0));
        if (row.number<std::uint8_t>(17) != 0) return;
        MappedRows& table = found[text(0)];
        table.seen.table = {text(0), text(1), text(2), text(3), text(4), text(5)};
        table.columns = {text(6), text(7), text(8), text(9), text(10)};
        table.seen.until = instant_of(row.number<std::int64_t>(11));
        table.row_count = row.number<std::uint64_t>(12);
        table.checksum = row.number<std::uint64_t>(13);
        table.seen.events = row.number<std::uint64_t>(14);
        // Some may have come while the others were counted.
        table.seen.left_out = table.row_count - std::min(table.row_count, table.seen.events);
        table.seen.first = maybe_instant(row.number<std::int64_t>(15));
        table.seen.last = maybe_instant(row.number<std::int64_t>(16));
      });
  if (!read) return read.error();
  std::vector<MappedRows> tables;
  for (auto& [name, table] : found) tables.push_back(std::move(table));
  return tables;
}

std::string with_account_numbers(const View& view, const std::string& rows) {
  return fmt::format(
      "({}) AS td_rows GLOBAL ANY LEFT JOIN (SELECT id AS td_account, toUInt32(number + 1) AS "
      "td_number FROM account WHERE {}) AS td_known USING (td_account)",
      rows, within(view.moment, Lane::log));
}

Result<std::vector<EventRows>> EventRows::of(const View& view) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  std::vector<EventRows> parts{EventRows(view, *seen)};
  const auto tables = mapped_rows(view);
  if (!tables) return tables.error();
  for (const MappedRows& table : *tables) {
    auto rows = of_mapped(view, table);
    if (!rows) return rows.error();
    parts.push_back(*std::move(rows));
  }
  return parts;
}

Result<EventRows> EventRows::of_mapped(const View& view, const MappedRows& table) {
  const auto names = read_names(view, NameTable::event_name);
  if (!names) return names.error();
  EventRows rows(view, "");
  rows.mapped_ = table;
  rows.name_ = name_number(*names);
  return rows;
}

Result<void> EventRows::read(std::string_view columns, std::string_view condition,
                             const std::vector<Field>& fields,
                             const std::function<void(const Row&)>& sink,
                             const std::vector<std::string>& account_ids) const {
  auto done = view_.server.query(select(columns, condition, account_ids), fields, sink);
  return done || !mapped_ ? done : about_table(mapped_->seen.table.name, done.error());
}

std::string EventRows::select(std::string_view columns, std::string_view condition,
                              const std::vector<std::string>& account_ids) const {
  if (!mapped_) {
    return fmt::format("SELECT {} FROM event WHERE {} AND {}", columns, seen_, condition);
  }
  std::string of_these = "1";
  for (const std::string& id : account_ids) {
    of_these += (&id == &account_ids.front() ? " AND td_account IN (" : ",") + sql_text(id);
  }
  if (!account_ids.empty()) of_these += ")";
  const std::string named = fmt::format(
      "SELECT td_account, td_micros, td_user, td_properties, {} AS td_name FROM ({}) AS td_sound "
      "WHERE td_name >= 0",
      name_, mapped_->sound(mapped_->seen.until, of_these));
  return fmt::format(
      "SELECT {} FROM (SELECT if(td_account = '', toUInt32({}), toUInt32(td_number - 1)) AS "
      "account, td_micros AS happened_at, toUInt16(td_name) AS name, td_user AS user_id, '' AS "
      "anonymous_id, td_properties AS properties, toInt64('{}') AS received_at FROM {} WHERE "
      "td_number > 0 OR td_account = '') AS td_events WHERE {}",
      columns, kNoAccount, kNoInstant, with_account_numbers(view_, named), condition);
}

}  // namespace tidemark::click
