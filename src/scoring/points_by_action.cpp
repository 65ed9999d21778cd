#include "scoring/points_by_action.h"

#include <algorithm>

#include "scoring/day_points.h"

namespace tidemark {

std::vector<EarnedPoints> points_by_action(const History& history, AccountNumber account,
                                           DayRange days, const Definition& definition,
                                           const std::vector<std::string>& event_names) {
  std::vector<EarnedPoints> earned;
  std::optional<Day> engaged;
  history.for_each_cell(account, days, [&](Day day, std::uint32_t number) {
    const DayKind kind = history.kinds()[number];
    const std::string& event = event_names[kind.signal];
    if (std::ranges::binary_search(definition.not_activity, event)) return;
    for (std::size_t at = 0; at < definition.actions.size(); ++at) {
      const Action& action = definition.actions[at];
      if (action.event != event) continue;
      earned.push_back({day, at, kind.count, Points{action_points(action, kind.count)}});
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
