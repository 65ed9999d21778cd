#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "api/account_query.h"
#include "api/resource/answers.h"
#include "score/level_listing.h"
#include "score/published_rules.h"
#include "store/duckdb/parquet_writer.h"
#include "wire/csv.h"
#include "wire/json_text.h"

namespace tidemark::answer {
namespace {

using enum TableColumn::Type;
constexpr std::size_t kMostRows = 2'000'000;

Error too_many_rows() {
  return {ErrorKind::invalid_input,
          fmt::format("these are more than {} rows; ask for fewer days at a time", kMostRows)};
}

bool is_same_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

std::string cell_of(Points points) { return fmt::format("{}", points.milli); }
std::string cell_of(const std::optional<std::uint8_t>& display) {
  return display ? fmt::format("{}", *display) : "";
}
std::string cell_of(bool truth) { return truth ? "true" : "false"; }
std::string cell_of(Level level) { return std::string(level_name(level)); }

Result<TableRows> account_rows(Desk& desk, Store& store, const AccountQuery& query, TimeZone zone) {
  const auto of_day = desk.published.accounts(desk.served.store, query.day, query.trend_days, zone);
  if (!of_day) return of_day.error();
  const auto listing = (*of_day)->list([&]() -> Result<Store*> { return &store; }, query);
  if (!listing) return listing.error();
  TableRows table{{{"day", day},
                   {"account_id"},
                   {"level"},
                   {"since", day},
                   {"level_before"},
                   {"is_ramping", truth},
                   {"milli_points", number},
                   {"display", number},
                   {"milli_points_before", number}},
                  {}};
  for (const std::string& property : query.properties) {
    // A property may be called as a column is, or as another but for capitals.
    std::string name = property;
    while (std::ranges::any_of(table.columns, [&](const TableColumn& column) {
      return is_same_name(column.name, name);
    })) {
      name.insert(0, "property_");
    }
    table.columns.push_back({name});
  }
  for (const ListedAccount& account : listing->accounts) {
    std::vector<std::string> row{day_text(listing->day),
                                 account.id,
                                 cell_of(account.level),
                                 day_text(account.since),
                                 account.level_before ? cell_of(*account.level_before) : "",
                                 cell_of(account.is_ramping),
                                 cell_of(account.points),
                                 cell_of(account.display),
                                 cell_of(account.points_before)};
    for (const PropertyValue& value : account.properties) row.push_back(property_text(value));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Result<TableRows> change_rows(Store& store, DayRange days) {
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  const auto changes = store.changes_within(days);
  if (!changes) return changes.error();
  TableRows table{{{"day", day},
                   {"account_id"},
                   {"from"},
                   {"to"},
                   {"milli_points_before", number},
                   {"milli_points_after", number},
                   {"is_merge", truth}},
                  {}};
  if (changes->size() > kMostRows) return too_many_rows();
  for (const Change& change : *changes) {
    table.rows.push_back({day_text(change.day), (*ids)[change.account], cell_of(change.from),
                          cell_of(change.to), cell_of(change.points_before),
                          cell_of(change.points_after), cell_of(change.is_merge)});
  }
  return table;
}

Result<TableRows> level_rows(Store& store, DayRange days) {
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  // Told from the days' own counts: a listing of more would be walked through for nothing.
  std::int64_t rows = 0;
  for (const PublishedDay& of : rules->days()) {
    if (days.contains(of.day))
      rows += std::accumulate(of.accounts.begin(), of.accounts.end(), std::int64_t{0});
  }
  if (rows > std::int64_t{kMostRows}) return too_many_rows();
  const auto listing = published_levels(store, days);
  if (!listing) return listing.error();
  TableRows table{
      {{"day", day}, {"account_id"}, {"level"}, {"milli_points", number}, {"display", number}}, {}};
  const auto reference_on = [&](Day of) -> std::optional<Points> {
    const auto rules_of_day = rules->on(of);
    return rules_of_day ? rules_of_day->reference() : std::nullopt;
  };
  listing->for_each(numbers_by_id(*ids), reference_on, [&](const LevelOfDay& of) {
    table.rows.push_back({day_text(of.day), (*ids)[of.account], cell_of(of.published),
                          cell_of(of.points), cell_of(of.display)});
  });
  return table;
}

std::string json_lines_of(const TableRows& table) {
  std::string text;
  for (const auto& row : table.rows) {
    text += '{';
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at > 0) text += ',';
      append_json_text(text, table.columns[at].name);
      text += ':';
      const bool is_plain = table.columns[at].type == number || table.columns[at].type == truth;
      if (row[at].empty()) {
        text += "null";
      } else if (is_plain) {
        text += row[at];
      } else {
        append_json_text(text, row[at]);
      }
    }
    text += "}\n";
  }
  return text;
}

}  // namespace

Result<HttpReply> export_rows(Desk& desk, Question& question) {
  static constexpr std::array<std::string_view, 3> kFormats = {"csv", "jsonl", "parquet"};
  static constexpr std::array<std::string_view, 3> kTypes = {
      "text/csv; charset=utf-8", "application/x-ndjson", "application/vnd.apache.parquet"};
  const std::string& what = question.parts.front();
  if (what != "accounts" && what != "changes" && what != "levels") {
    return problem(404, "accounts, changes and levels can be exported");
  }
  Parameters asked(question.request);
  const std::size_t format = asked.word("format", kFormats, 0);
  const bool is_of_accounts = what == "accounts";
  const AccountQuery query = is_of_accounts ? account_query(asked) : AccountQuery();
  const auto from = is_of_accounts ? std::nullopt : asked.day("from");
  const auto to = is_of_accounts ? std::nullopt : asked.day("to");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto published = PublishedRules::load(*ground->store);
  if (!published) return published.error();
  const auto last = published->day_or_last(std::nullopt);
  if (!last) return last.error();
  const Day first = published->days().front().day;
  const Day end = std::min(to.value_or((*last)->day), (*last)->day);
  const DayRange days{std::max(from.value_or(end), first), end};
  if (days.first > days.last) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("from {} is after to {}", day_text(days.first), day_text(days.last))};
  }
  const auto table = is_of_accounts      ? account_rows(desk, *ground->store, query, ground->zone)
                     : what == "changes" ? change_rows(*ground->store, days)
                                         : level_rows(*ground->store, days);
  if (!table) return table.error();
  HttpReply reply{200, std::string(kTypes[format])};
  if (kFormats[format] == "parquet") {
    auto bytes = parquet_of(*table);
    if (!bytes) return bytes.error();
    reply.body = *std::move(bytes);
  } else {
    reply.body = kFormats[format] == "csv" ? csv_of(*table) : json_lines_of(*table);
  }
  reply.headers.emplace_back("Content-Disposition",
                             fmt::format("attachment; filename=\"{}-{}.{}\"", what,
                                         day_text(days.last), kFormats[format]));
  return reply;
}

}  // namespace tidemark::answer
