#pragma once

#include "score/definition_view.h"

namespace tidemark {

/// What another definition would do to the levels of a day, all else equal.
struct DefinitionComparison {
  Day day;
  Calibration before;  // the cuts each is read with
  Calibration after;
  WhatMoves moves;
  std::vector<ExplainedMove> movers;  // the first of `moves.moved`
  std::vector<std::string> account_ids;
};

/// Compares plain levels of `day`: those of `before` with the cuts in force, where it was published
/// under that definition, else with cuts made for it that day; those of `after` with cuts made that
/// day, as the next run would. Explains up to `most_explained` movers.
Result<DefinitionComparison> compare_definitions(Store& store, const Definition& before,
                                                 const Definition& after, Day day,
                                                 std::size_t most_explained, const Cores& cores);

}  // namespace tidemark
