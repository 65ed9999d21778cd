#include "score/signals_seen.h"

#include <algorithm>
#include <unordered_set>

#include "activity/cores.h"
#include "activity/rule_matcher.h"
#include "base/time_zone.h"

namespace tidemark {

Result<std::vector<SeenSignal>> signals_seen(Store& store, const Definition& definition,
                                             DayRange days) {
  const auto names = store.event_names();
  if (!names) return names.error();
  const auto zone = TimeZone::named(definition.time_zone);
  if (!zone) return zone.error();
  std::vector<SeenSignal> seen(names->size());
  std::vector<std::unordered_set<AccountNumber>> accounts(names->size());
  for (std::size_t name = 0; name < names->size(); ++name) {
    const std::string& event = seen[name].event = (*names)[name];
    seen[name].is_activity =
        std::ranges::find(definition.not_activity, event) == definition.not_activity.end();
    for (const Action& action : definition.actions) {
      if (RuleMatcher(action.when).of_name(event) != RuleMatcher::OfName::never) {
        seen[name].actions.push_back(action.name);
      }
    }
  }
  DayReader reader(*zone);
  const auto read = store.read_events({}, 1, [&](const EventColumns& columns, unsigned) {
    for (std::size_t at = 0; at < columns.at.size(); ++at) {
      const Day day = reader.day_of(columns.at[at]);
      if (day < days.first || day > days.last) continue;
      const SignalNumber name = columns.name[at];
      ++seen[name].events;
      if (columns.account[at] != kNoAccount) accounts[name].insert(columns.account[at]);
    }
  });
  if (!read) return read.error();
  for (std::size_t name = 0; name < seen.size(); ++name) {
    seen[name].accounts = accounts[name].size();
  }
  std::ranges::sort(seen, [](const SeenSignal& one, const SeenSignal& other) {
    return one.events != other.events ? one.events > other.events : one.event < other.event;
  });
  return seen;
}

}  // namespace tidemark
