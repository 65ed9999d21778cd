#pragma once

#include <cstdint>
#include <vector>

#include "activity/day_kinds.h"
#include "activity/signals.h"

namespace tidemark {

/// The milli-points of `count` occurrences of an action on one day (scoring.md §3), exactly.
std::int64_t action_points(const Action& action, std::int64_t count);

/// A definition compiled for a history: what each kind of day is worth. Scoring a cell is a look-up
/// here.
struct PointsTable {
  struct Worth {
    std::int64_t milli_points = 0;  // all actions that match the signal
    bool is_activity = true;        // false: the definition says this signal is none
    bool engages = false;           // at least one action matches
  };

  std::vector<Worth> of_kind;  // by kind number
  std::int64_t engaged_day_milli_points = 0;
};

/// Compiles `definition` for the kinds of a history of these signals.
PointsTable compile_points(const Definition& definition, const std::vector<DayKind>& kinds,
                           const Signals& signals);

/// Which actions each signal earns points by, and whether it is activity; by signal number.
struct SignalUse {
  bool is_activity = true;
  std::vector<std::size_t> actions;  // places in the definition's actions
};
std::vector<SignalUse> uses_of_signals(const Definition& definition, const Signals& signals);

}  // namespace tidemark
