#include "api/account_query.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark {

AccountQuery account_query(Parameters& asked) {
  constexpr std::int64_t kMostDays = 100'000;
  static constexpr std::array<std::string_view, 2> kTrends = {"up", "down"};
  AccountQuery query;
  query.day = asked.day("day");
  query.trend_days = static_cast<int>(asked.number("days", 30, 1, kMostDays));
  query.levels = asked.levels("level");
  const auto moved = asked.number("moved", 0, 1, kMostDays);
  if (moved > 0) query.moved_within_days = static_cast<int>(moved);
  const std::size_t trend = asked.word("trend", kTrends, kTrends.size());
  query.only_rising = trend == 0;
  query.only_falling = trend == 1;
  query.search = asked.text("search");
  for (const std::string& filter : asked.whole_texts("where")) {
    const auto equals = filter.find('=');
    if (equals == std::string::npos || equals == 0) {
      asked.is_wrong("where", fmt::format("\"{}\" is not like plan=team", filter));
    } else {
      query.where.push_back({filter.substr(0, equals), filter.substr(equals + 1)});
    }
  }
  query.properties = asked.texts("property");
  constexpr std::size_t kMostProperties = 20;
  if (query.properties.size() + query.where.size() > kMostProperties) {
    asked.is_wrong("property", fmt::format("{} are shown or filtered by at most", kMostProperties));
  }
  std::vector<std::string> names = query.properties;
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) {
    asked.is_wrong("property", "one is named twice");
  }
  if (const std::string sort = asked.text("sort"); !sort.empty()) {
    query.sort = AccountSort::named(sort);
  }
  return query;
}

}  // namespace tidemark
