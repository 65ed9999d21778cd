#include "score/account_listing.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "score/loaded_activity.h"
#include "wire/json_properties.h"

namespace tidemark {
namespace {

/// The values of some properties as of a day, by account and place in `properties`.
Result<std::map<AccountNumber, std::vector<PropertyValue>>> values_as_of(
    Store& store, const std::vector<std::string>& properties, Day day, TimeZone zone) {
  std::map<AccountNumber, std::vector<PropertyValue>> values;
  if (properties.empty()) return values;
  const auto statements = store.account_statements(properties);
  if (!statements) return statements.error();
  DayReader days(zone);
  for (const Statement& statement : *statements) {
    if (statement.since && days.day_of(*statement.since) > day) continue;
    auto& of_account = values[statement.account];
    of_account.resize(properties.size());
    const auto place = std::ranges::find(properties, statement.property) - properties.begin();
    of_account[static_cast<std::size_t>(place)] = property_value(statement.value);
  }
  return values;
}

/// What the published records up to a day say of each account.
struct Trail {
  LevelRecord record;
  Day since;
  std::optional<Level> level_before;
  Day first_day;
  Points points_before;
};

std::vector<Trail> follow(const std::vector<LevelRecord>& records, Day trend_begin,
                          std::size_t accounts) {
  std::vector<Trail> trails(accounts);
  for (const LevelRecord& record : records) {
    Trail& trail = trails[record.account];
    if (trail.record.day == Day{}) {
      trail.first_day = record.day;
      trail.since = record.day;
    } else if (trail.record.standing.level != record.standing.level) {
      trail.level_before = trail.record.standing.level;
      trail.since = record.day;
    }
    trail.record = record;
    if (record.day <= trend_begin) trail.points_before = record.points;
  }
  return trails;
}

}  // namespace

std::string property_text(const PropertyValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    return fmt::format("{}", fmt::join(*list, ", "));
  }
  return "";
}

Result<AccountListing> list_accounts(Store& store, const AccountQuery& query, TimeZone zone) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto published = rules->day_or_last(query.day);
  if (!published) return published.error();
  const Day day = (*published)->day;
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  const auto records = store.records_within({rules->days().front().day, day});
  if (!records) return records.error();
  const auto trails = follow(*records, day - query.trend_days, ids->size());

  std::vector<std::string> properties = query.properties;
  for (const auto& filter : query.where) {
    if (std::ranges::find(properties, filter.property) == properties.end()) {
      properties.push_back(filter.property);
    }
  }
  const auto values = values_as_of(store, properties, day, zone);
  if (!values) return values.error();
  const auto value_of = [&](AccountNumber account, std::size_t place) {
    const auto found = values->find(account);
    return found == values->end() ? PropertyValue() : found->second[place];
  };

  const RulesOfDay rules_of_day = rules->of(**published);
  AccountListing listing{day, {}};
  for (const AccountNumber account : numbers_by_id(*ids)) {
    const Trail& trail = trails[account];
    if (trail.record.day == Day{}) continue;
    ListedAccount listed{account,
                         (*ids)[account],
                         trail.record.standing.level,
                         trail.since,
                         trail.level_before,
                         day - trail.first_day < kWindowDays,
                         trail.record.points,
                         rules_of_day.display(trail.record.points),
                         trail.points_before,
                         {}};
    const bool is_of_level =
        query.levels.empty() ? listed.level != Level::inactive
                             : std::ranges::find(query.levels, listed.level) != query.levels.end();
    const bool has_moved = !query.moved_within_days ||
                           (listed.level_before && day - listed.since < *query.moved_within_days);
    const bool is_of_trend = (!query.only_falling || listed.trend().milli < 0) &&
                             (!query.only_rising || listed.trend().milli > 0);
    const bool has_properties =
        std::ranges::all_of(query.where, [&](const AccountQuery::PropertyFilter& filter) {
          const auto place = std::ranges::find(properties, filter.property) - properties.begin();
          return property_text(value_of(account, static_cast<std::size_t>(place))) == filter.value;
        });
    if (!is_of_level || !has_moved || !is_of_trend || !has_properties) continue;
    for (std::size_t place = 0; place < query.properties.size(); ++place) {
      listed.properties.push_back(value_of(account, place));
    }
    listing.accounts.push_back(std::move(listed));
  }
  return listing;
}

}  // namespace tidemark
