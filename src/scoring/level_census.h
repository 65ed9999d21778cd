#pragma once

#include <vector>

#include "model/published.h"
#include "scoring/day_points.h"
#include "scoring/level_ladder.h"

namespace tidemark {

/// How many accounts have which plain level on each of `days`, accounts counting from their first
/// active day on. One entry per day.
///
/// By the windows alone: for definitions without standing inputs and without onboarding.
///
/// The whole history under a new definition is a matter of milliseconds: see the design in
/// level_census.cpp, and bench/RESULTS.md.
std::vector<LevelCounts> count_levels(const History& history, const PointsTable& points,
                                      const LevelLadder& ladder, DayRange days, const Cores& cores);

}  // namespace tidemark
