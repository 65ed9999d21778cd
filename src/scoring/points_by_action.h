#pragma once

#include <string>
#include <vector>

#include "activity/history.h"
#include "activity/signals.h"

namespace tidemark {

/// What one action, or being engaged at all, earned an account on one day.
struct EarnedPoints {
  Day day;
  std::size_t action =
      0;  // place in the definition's actions; one past the last for the engaged day
  std::int64_t count = 0;  // occurrences; 1 for the engaged day
  Points points;
};

/// Every term of the account's points in `days`, by day, then action. Their sum is the points of
/// those days.
std::vector<EarnedPoints> points_by_action(const History& history, AccountNumber account,
                                           DayRange days, const Definition& definition,
                                           const Signals& signals);

}  // namespace tidemark
