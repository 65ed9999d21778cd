#include "scoring/ledger.h"

#include <algorithm>
#include <numeric>

#include "base/whole_root.h"

namespace tidemark {

std::vector<Points> parts_of(Points points, std::span<const std::int64_t> counts) {
  const std::int64_t all = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  CHECK(all > 0 && points.milli >= 0);
  std::vector<Points> parts(counts.size());
  std::vector<std::pair<std::int64_t, std::size_t>>
      remainders;  // negated, so that the largest is first
  std::int64_t left = points.milli;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    const Wide product =
        Wide{static_cast<std::uint64_t>(points.milli)} * static_cast<std::uint64_t>(counts[at]);
    const auto whole = static_cast<std::uint64_t>(all);
    parts[at] = Points{static_cast<std::int64_t>(product / whole)};
    remainders.emplace_back(-static_cast<std::int64_t>(product % whole), at);
    left -= parts[at].milli;
  }
  std::ranges::sort(remainders);
  for (std::size_t at = 0; at < static_cast<std::size_t>(left); ++at) {
    parts[remainders[at].second] += Points{1};
  }
  return parts;
}

Points EarnedByUsers::sum() const {
  Points sum = of_engaged_days;
  for (const UserPoints& part : actions) sum += part.points;
  return sum;
}

EarnedByUsers earned_by_users(std::span<const EarnedPoints> earned,
                              std::span<const UserCount> counts, DayRange days,
                              const Definition& definition) {
  EarnedByUsers split;
  std::vector<std::int64_t> of_users;
  for (const EarnedPoints& term : earned) {
    if (term.day < days.first || term.day > days.last) continue;
    if (term.action == definition.actions.size()) {
      split.engaged_days.push_back(term.day);
      split.of_engaged_days += term.points;
      continue;
    }
    const std::span<const UserCount> who = std::ranges::equal_range(
        counts, std::pair(term.day, term.action), {},
        [](const UserCount& count) { return std::pair(count.day, count.action); });
    of_users.clear();
    for (const UserCount& count : who) of_users.push_back(count.count);
    const std::vector<Points> parts = parts_of(term.points, of_users);
    for (std::size_t at = 0; at < parts.size(); ++at) {
      split.actions.push_back({term.day, term.action, who[at].user, who[at].count, parts[at]});
    }
  }
  return split;
}

WindowShift window_shift(Day from, Day to, int window_days) {
  CHECK(from < to);
  return {{std::max(from + 1, to - (window_days - 1)), to},
          {from - (window_days - 1), std::min(from, to - window_days)}};
}

}  // namespace tidemark
