#pragma once

#include <memory>

#include "score/loaded_activity.h"
#include "score/score_terms.h"
#include "score/what_moves.h"

namespace tidemark {

/// The accounts on a day as a definition sees them.
struct DefinitionView {
  Definition definition;
  Day day;
  std::shared_ptr<const LoadedActivity> activity;  // counted as the definition asks
  std::shared_ptr<const ScoredActivity> scored;
  Calibration calibration;
  std::vector<PlainLevel> levels;  // by account number

  LevelLadder ladder() const { return LevelLadder(definition, calibration.cuts); }
};

/// Which cuts a view is read with.
enum class CutsOf : std::uint8_t {
  publication,  // those the day was published with under the definition, if it was; else made
  day,          // made for the definition that day, as the next run would
};

/// The view of `day` under a definition. `loaded` is used where it counts events as the definition
/// asks, which spares reading them; it may be null.
Result<DefinitionView> view_definition(Store& store, const Definition& definition, Day day,
                                       CutsOf cuts, std::shared_ptr<const LoadedActivity> loaded,
                                       const Cores& cores);

/// The same of activity that counts events as the definition asks; cuts that are not given are
/// made.
DefinitionView view_of(std::shared_ptr<const LoadedActivity> loaded, const Definition& definition,
                       Day day, const std::optional<Calibration>& cuts, const Cores& cores);

/// Whether activity that is loaded for one is loaded for the other: points, caps, levels and what
/// is no activity may differ, the meaning of signals and facts may not.
bool count_alike(const Definition& one, const Definition& other);

/// A move from one view to another, and the terms that make it.
struct ExplainedMove {
  WhatMoves::Account move;
  std::vector<TermDifference> why;  // the largest first
};

/// The first `most` of the moves between two views of a day.
std::vector<ExplainedMove> explain_moves(const WhatMoves& moves, const DefinitionView& before,
                                         const DefinitionView& after, std::size_t most);

}  // namespace tidemark
