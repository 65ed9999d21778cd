#pragma once

#include <vector>

#include "activity/history.h"
#include "evidence/logistic_regression.h"
#include "scoring/day_points.h"

namespace tidemark {

/// An account at the end of a day, and what is known to have come of it.
struct Moment {
  AccountNumber account = 0;
  Day day;
  bool stayed = false;
};

/// What each action of `definition` held on each moment: the points it would have earned in its
/// window at one point each, so that repeats and caps are those of the action. `outcome` is whether
/// the account stayed. Actions are of `signals`, by which `history` counts; `moments` are by
/// account, then day.
Observations inputs_on(const History& history, const Definition& definition, const Signals& signals,
                       const std::vector<Moment>& moments, const Cores& cores);

}  // namespace tidemark
