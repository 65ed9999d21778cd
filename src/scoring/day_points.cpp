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

std::vector<SignalUse> uses_of_signals(const Definition& definition, const Signals& signals) {
  std::vector<SignalUse> uses(signals.size());
  for (std::size_t name = 0; name < signals.event_names.size(); ++name) {
    uses[name].is_activity =
        !std::ranges::binary_search(definition.not_activity, signals.event_names[name]);
  }
  for (std::size_t at = 0; at < definition.actions.size(); ++at) {
    const auto signal = signals.number_of(definition.actions[at].when);
    if (signal && uses[*signal].is_activity) uses[*signal].actions.push_back(at);
  }
  return uses;
}

PointsTable compile_points(const Definition& definition, const std::vector<DayKind>& kinds,
                           const Signals& signals) {
  const std::vector<SignalUse> uses = uses_of_signals(definition, signals);
  PointsTable table;
  table.engaged_day_milli_points = definition.engaged_day_points.milli;
  table.of_kind.reserve(kinds.size());
  for (const DayKind& kind : kinds) {
    CHECK(kind.signal < uses.size());
    const SignalUse& use = uses[kind.signal];
    PointsTable::Worth worth{0, use.is_activity, !use.actions.empty()};
    for (const std::size_t action : use.actions) {
      worth.milli_points += action_points(definition.actions[action], kind.count);
    }
    table.of_kind.push_back(worth);
  }
  return table;
}

}  // namespace tidemark
