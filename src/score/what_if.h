#pragma once

#include "evidence/level_trial.h"
#include "score/definition_view.h"

namespace tidemark {

/// How many accounts had which plain level.
struct LevelsOfDay {
  Day day;
  LevelCounts accounts{};
};

/// All that a definition would make of the accounts, in a moment: for a page to ask anew at each
/// move of a slider (bench.md B7).
struct WhatIf {
  DefinitionView view;
  std::vector<LevelsOfDay> history;  // since the first activity, under the cuts of the view's day
  LevelTrial trial;                  // of up to twelve month-ends
};

/// All that follows from a view. The history is of every day; of every seventh under a definition
/// with standing inputs or onboarding. Of more than 5,000 accounts the trial takes about that many.
WhatIf what_if(DefinitionView view, const Cores& cores);

/// The month-ends on which `activity` can be tried, as known at the end of `known`: up to twelve,
/// oldest first.
std::vector<Day> month_ends_to_try(const ScoredActivity& activity, Day known);

}  // namespace tidemark
