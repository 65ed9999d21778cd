#pragma once

#include <cstdint>
#include <vector>

namespace tidemark {

/// How long something lasted, and whether it then ended or only our knowledge of it did.
struct Duration {
  int days = 0;
  bool has_ended = false;
};

/// The share that still lasts after so many days, and how many were known to by then.
struct SurvivalPoint {
  int days = 0;
  double share = 1;
  std::int64_t at_risk = 0;  // that lasted that long and were known to
};

/// The survival curve (Kaplan and Meier 1958) at each of `days`, which ascend. Those that end on a
/// day have ended by it; who is lost sight of on a day still counts on it.
std::vector<SurvivalPoint> survival_curve(std::vector<Duration> durations,
                                          const std::vector<int>& days);

}  // namespace tidemark
