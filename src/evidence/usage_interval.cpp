#include "evidence/usage_interval.h"

#include <algorithm>

namespace tidemark {

UsageInterval usage_interval(const ScoredActivity& activity,
                             const std::vector<AccountNumber>& accounts, DayRange days) {
  std::vector<int> lengths;
  std::vector<ActiveDay> active;
  for (const AccountNumber account : accounts) {
    activity.active_days(account, days, active);
    std::erase_if(active, [](const ActiveDay& day) { return !day.is_engaged; });
    for (std::size_t at = 1; at < active.size(); ++at) {
      lengths.push_back(active[at].day - active[at - 1].day);
    }
  }
  if (lengths.empty()) return {};
  std::ranges::sort(lengths);
  return {std::ssize(lengths), lengths[(lengths.size() - 1) / 2],
          lengths[(lengths.size() - 1) * 9 / 10]};
}

}  // namespace tidemark
