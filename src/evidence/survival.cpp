#include "evidence/survival.h"

#include <algorithm>

namespace tidemark {

std::vector<SurvivalPoint> survival_curve(std::vector<Duration> durations,
                                          const std::vector<int>& days) {
  std::ranges::sort(durations, {}, &Duration::days);
  std::vector<SurvivalPoint> curve;
  double share = 1;
  std::size_t passed = 0;  // durations up to the day
  for (const int day : days) {
    while (passed < durations.size() && durations[passed].days <= day) {
      const std::size_t at_risk = durations.size() - passed;
      const int at = durations[passed].days;
      std::size_t ended = 0;
      for (; passed < durations.size() && durations[passed].days == at; ++passed) {
        ended += durations[passed].has_ended ? 1 : 0;
      }
      share *= 1 - static_cast<double>(ended) / static_cast<double>(at_risk);
    }
    curve.push_back({day, share, static_cast<std::int64_t>(durations.size() - passed)});
  }
  return curve;
}

}  // namespace tidemark
