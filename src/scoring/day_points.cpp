#include "scoring/day_points.h"

#include <algorithm>

#include "base/check.h"
#include "base/whole_root.h"

namespace tidemark {
namespace {

/// The whole number nearest to weight * sqrt(count).
std::int64_t root_points(std::int64_t weight, std::int64_t count) {
  const Wide square = Wide{4} * static_cast<std::uint64_t>(weight) *
                      static_cast<std::uint64_t>(weight) * static_cast<std::uint64_t>(count);
  return static_cast<std::int64_t>((whole_root(square) + 1) / 2);
}

}  // namespace

std::int64_t action_points(const Action& action, std::int64_t count) {
  if (action.cap_per_day > 0) count = std::min(count, action.cap_per_day);
  if (count == 0) return 0;
  switch (action.repeat) {
    case Repeat::every:
      return action.points.milli * count;
    case Repeat::diminishing:
      return root_points(action.points.milli, count);
    case Repeat::once:
      return action.points.milli;
  }
  check_failed("a repeat rule without points");
}

PointsTable compile_points(const Definition& definition, const std::vector<DayKind>& kinds,
                           const std::vector<std::string>& signal_names) {
  struct SignalRules {
    bool is_activity = true;
    std::vector<const Action*> actions;
  };
  std::vector<SignalRules> rules(signal_names.size());
  for (std::size_t signal = 0; signal < signal_names.size(); ++signal) {
    rules[signal].is_activity =
        !std::ranges::binary_search(definition.not_activity, signal_names[signal]);
    for (const Action& action : definition.actions) {
      if (action.event == signal_names[signal]) rules[signal].actions.push_back(&action);
    }
  }

  PointsTable table;
  table.engaged_day_milli_points = definition.engaged_day_points.milli;
  table.of_kind.reserve(kinds.size());
  for (const DayKind& kind : kinds) {
    CHECK(kind.signal < rules.size());
    const SignalRules& rule = rules[kind.signal];
    PointsTable::Worth worth;
    worth.is_activity = rule.is_activity;
    if (rule.is_activity) {
      worth.engages = !rule.actions.empty();
      for (const Action* action : rule.actions) {
        worth.milli_points += action_points(*action, kind.count);
      }
    }
    table.of_kind.push_back(worth);
  }
  return table;
}

}  // namespace tidemark
