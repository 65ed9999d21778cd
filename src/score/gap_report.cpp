#include "score/gap_report.h"

#include <map>

#include <fmt/format.h>

#include "score/loaded_activity.h"
#include "score/source_traffic.h"

namespace tidemark {

Result<std::vector<GapDay>> report_gaps(Store& store, const Definition& definition,
                                        const std::vector<Source>& sources, DayRange days,
                                        const Cores& cores) {
  const auto activity = load_activity(store, definition, cores);
  if (!activity) return activity.error();
  const auto marks = store.incomplete_days();
  if (!marks) return marks.error();
  const auto published = store.published_days();
  if (!published) return published.error();
  const auto of_sources = source_traffic(store, definition, sources, days);
  if (!of_sources) return of_sources.error();
  std::map<Day, GapDay> by_day;
  for (const TrackingGap& gap :
       find_gaps(activity->history, activity->signals, definition, *of_sources, days)) {
    by_day[gap.day].gaps.push_back(gap);
  }
  for (const IncompleteDay& mark : *marks) {
    if (days.contains(mark.day)) by_day[mark.day].mark = mark;
  }
  std::vector<GapDay> report;
  for (auto& [day, of_day] : by_day) {
    of_day.day = day;
    of_day.is_published =
        !published->empty() && published->front().day <= day && day <= published->back().day;
    report.push_back(std::move(of_day));
  }
  return report;
}

std::string gap_words(const TrackingGap& gap, const Definition& definition) {
  const std::string whose = gap.action           ? definition.actions[*gap.action].name
                            : gap.source.empty() ? "all events"
                                                 : "the source " + gap.source;
  return fmt::format("{}: {} from {} accounts, usually {} from {}", whose, gap.came.events,
                     gap.came.accounts, gap.usual.events, gap.usual.accounts);
}

}  // namespace tidemark
