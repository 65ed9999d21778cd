#pragma once

#include <functional>

#include "scoring/habit.h"
#include "scoring/window.h"

namespace tidemark {

/// An account's score on a day.
struct ScoreOfDay {
  Day day;
  AccountNumber account = 0;
  Window window;
  std::int64_t habit_milli_days = 0;
};

/// Calls `visit` for every account on every day of the range since its first active day, by day,
/// then in the order of `accounts`. Works through the range in spans, so memory does not grow with
/// it.
void for_each_score(const ScoredActivity& activity, DayRange days,
                    const std::vector<AccountNumber>& accounts, const Cores& cores,
                    const std::function<void(const ScoreOfDay&)>& visit);

}  // namespace tidemark
