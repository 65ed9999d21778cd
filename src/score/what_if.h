#pragma once

#include "evidence/level_trial.h"
#include "score/definition_view.h"
#include "wire/definition_diff.h"

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

/// What is and what would be under another definition, and what lies between them.
struct WhatIfComparison {
  WhatIf is;
  WhatIf becomes;
  WhatMoves moves;
  std::vector<DefinitionDifference> differences;
};

/// Both answers for a day, else the last published one, or `last_finished`, and the last with
/// activity. `loaded` is the activity as `is` counts it. Fails with `not_found` without any.
Result<WhatIfComparison> compare_what_if(Store& store, const Definition& is,
                                         const Definition& becomes, std::optional<Day> day,
                                         Day last_finished,
                                         std::shared_ptr<const LoadedActivity> loaded,
                                         const Cores& cores);

/// The month-ends on which `activity` can be tried, as known at the end of `known`: up to twelve,
/// oldest first.
std::vector<Day> month_ends_to_try(const ScoredActivity& activity, Day known);

}  // namespace tidemark
