#pragma once

#include <array>
#include <optional>
#include <vector>

#include "evidence/calibration_evidence.h"
#include "model/level.h"
#include "scoring/scored_activity.h"

namespace tidemark {

/// How well the points and the plain levels of a definition told at month-ends who would leave: an
/// answer in a moment where `Backtest` walks every day. Cuts are those made at the month-end
/// before, from activity as it is known today; levels are plain, not held as published ones are.
struct LevelTrial {
  std::vector<Day> days;      // oldest first
  std::size_t accounts = 0;   // that were looked at
  std::optional<double> auc;  // of the points; the mean of the days that have one
  std::array<SilenceRate, kLevelCount> by_level;
  SilenceRate above_low;  // medium and high together

  /// Accounts with activity on a day, all days together.
  std::int64_t looks() const;
};

/// Tries `definition`, by which `activity` is scored, on month-ends in order, whose 30 days after
/// are known. The figures are of `accounts` alone, cuts included.
LevelTrial try_levels(const ScoredActivity& activity, const Definition& definition,
                      const std::vector<Day>& month_ends,
                      const std::vector<AccountNumber>& accounts, const Cores& cores);

}  // namespace tidemark
