#include "score/use_report.h"

#include <algorithm>

#include "scoring/day_points.h"

namespace tidemark {
namespace {

UseRate rate_of(std::vector<std::int64_t>& counts) {
  if (counts.empty()) return {};
  const auto middle = counts.begin() + std::ssize(counts) / 2;
  std::ranges::nth_element(counts, middle);
  return {std::ssize(counts), *middle};
}

}  // namespace

UseReport report_use(std::span<const ListedAccount> accounts, const Definition& definition,
                     const LoadedActivity& activity, Day day) {
  const std::vector<SignalUse> uses = uses_of_signals(definition, activity.signals);
  const DayRange window = definition.window_until(day);
  using CountsByLevel = std::array<std::vector<std::int64_t>, kLevelCount>;
  std::vector<CountsByLevel> counts(definition.actions.size());
  UseReport report;
  std::vector<std::int64_t> own(definition.actions.size());
  for (const ListedAccount& account : accounts) {
    std::ranges::fill(own, 0);
    activity.history.for_each_cell(account.account, window, [&](Day, std::uint32_t number) {
      const DayKind& kind = activity.history.kinds()[number];
      for (const std::size_t action : uses[kind.signal].actions) own[action] += kind.count;
    });
    const std::size_t level = index_of(account.level);
    report.accounts += 1;
    report.by_level[level] += 1;
    for (std::size_t action = 0; action < own.size(); ++action) {
      if (own[action] > 0) counts[action][level].push_back(own[action]);
    }
  }
  for (std::size_t action = 0; action < counts.size(); ++action) {
    UseOfAction use{definition.actions[action].name, {}, {}};
    std::vector<std::int64_t> all;
    for (std::size_t level = 0; level < kLevelCount; ++level) {
      std::vector<std::int64_t>& of_level = counts[action][level];
      all.insert(all.end(), of_level.begin(), of_level.end());
      use.by_level[level] = rate_of(of_level);
    }
    use.all = rate_of(all);
    report.actions.push_back(std::move(use));
  }
  return report;
}

}  // namespace tidemark
