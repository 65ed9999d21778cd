#pragma once

#include <cstdint>
#include <vector>

#include "activity/day_kinds.h"
#include "model/definition.h"

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

/// Compiles `definition` for the kinds of a history whose signals have these names, by number.
PointsTable compile_points(const Definition& definition, const std::vector<DayKind>& kinds,
                           const std::vector<std::string>& signal_names);

}  // namespace tidemark
