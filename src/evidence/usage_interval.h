#pragma once

#include <vector>

#include "scoring/scored_activity.h"

namespace tidemark {

/// How long accounts stay away between two engaged days, in days: 1 is the next day. Half of the
/// times it is no longer than `usual`, nine of ten times no longer than `long_for`.
struct UsageInterval {
  std::int64_t intervals = 0;  // that were looked at; without any there are no lengths
  int usual = 0;
  int long_for = 0;
};

/// The intervals of these accounts between engaged days within `days`.
UsageInterval usage_interval(const ScoredActivity& activity,
                             const std::vector<AccountNumber>& accounts, DayRange days);

}  // namespace tidemark
