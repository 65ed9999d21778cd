#include "score/gap_report.h"

#include <map>

#include <fmt/format.h>

#include "score/loaded_activity.h"

namespace tidemark {

Result<std::vector<GapDay>> report_gaps(Store& store, const Definition& definition, DayRange days,
                                        const Cores& cores) {
  const auto activity = load_activity(store, definition, cores);
  if (!activity) return activity.error();
  const auto marks = store.incomplete_days();
  if (!marks) return marks.error();
  const auto published = store.published_days();
  if (!published) return published.error();
  std::map<Day, GapDay> by_day;
  for (const TrackingGap& gap : find_gaps(activity->history, activity->signals, definition, days)) {
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
  return fmt::format("{}: {} from {} accounts, usually {} from {}",
                     gap.action ? definition.actions[*gap.action].name : "all events",
                     gap.came.events, gap.came.accounts, gap.usual.events, gap.usual.accounts);
}

}  // namespace tidemark
