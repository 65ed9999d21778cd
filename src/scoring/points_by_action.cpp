#include "scoring/points_by_action.h"

#include <algorithm>

#include "scoring/day_points.h"

namespace tidemark {

std::vector<EarnedPoints> points_by_action(const History& history, AccountNumber account,
                                           DayRange days, const Definition& definition,
                                           const Signals& signals) {
  const std::vector<SignalUse> uses = uses_of_signals(definition, signals);
  std::vector<EarnedPoints> earned;
  std::optional<Day> engaged;
  history.for_each_cell(account, days, [&](Day day, std::uint32_t number) {
    const DayKind kind = history.kinds()[number];
    for (const std::size_t at : uses[kind.signal].actions) {
      earned.push_back(
          {day, at, kind.count, Points{action_points(definition.actions[at], kind.count)}});
      if (engaged != day) {
        earned.push_back({day, definition.actions.size(), 1, definition.engaged_day_points});
      }
      engaged = day;
    }
  });
  std::ranges::sort(earned, {},
                    [](const EarnedPoints& term) { return std::pair(term.day, term.action); });
  return earned;
}

}  // namespace tidemark
