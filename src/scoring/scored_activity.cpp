#include "scoring/scored_activity.h"

namespace tidemark {

ScoredActivity::ScoredActivity(const History& history, const Signals& signals,
                               const Definition& definition, std::vector<AccountFacts> facts,
                               const Cores& cores)
    : history_(history),
      points_(compile_points(definition, history.kinds(), signals)),
      standing_(history, signals, definition, std::move(facts), cores),
      level_rules_(definition.levels),
      habit_points_(definition.habit_points),
      window_days_(definition.window_days),
      first_days_(history.accounts(), kNever) {
  constexpr std::size_t kAccountsPerRange = 1024;
  std::vector<DayRange> found(cores.threads(), DayRange{kNever, kFirstDay});
  cores.for_ranges(history.accounts(), kAccountsPerRange,
                   [&](std::size_t first, std::size_t last, unsigned thread) {
                     DayRange& days = found[thread];
                     for (std::size_t account = first; account < last; ++account) {
                       const DayRange active = history.days_where(
                           static_cast<AccountNumber>(account),
                           [&](std::uint32_t kind) { return points_.of_kind[kind].is_activity; });
                       if (active.length() == 0) continue;
                       first_days_[account] = active.first;
                       days = {std::min(days.first, active.first),
                               std::max(days.last, active.last)};
                     }
                   });
  for (const DayRange& range : found) {
    if (range.length() == 0) continue;
    days_ = days_.length() == 0
                ? range
                : DayRange{std::min(days_.first, range.first), std::max(days_.last, range.last)};
  }
}

void ScoredActivity::follow(const std::vector<Occurrence>& occurrences, const Signals& signals,
                            const Definition& definition) {
  points_ = compile_points(definition, history_.kinds(), signals);
  first_days_.resize(history_.accounts(), kNever);
  standing_.follow(occurrences, history_.accounts());
  const std::vector<SignalUse> uses = uses_of_signals(definition, signals);
  for (const Occurrence& occurrence : occurrences) {
    if (!uses[occurrence.signal].is_activity) continue;
    const Day day = kFirstDay + occurrence.day;
    first_days_[occurrence.account] = std::min(first_days_[occurrence.account], day);
    days_ = days_.length() == 0 ? DayRange{day, day}
                                : DayRange{std::min(days_.first, day), std::max(days_.last, day)};
  }
}

void ScoredActivity::active_days(AccountNumber account, DayRange range,
                                 std::vector<ActiveDay>& days) const {
  days.clear();
  const PointsTable::Worth* const of_kind = points_.of_kind.data();
  // The day in hand is kept apart from those done, so that cells cost no look at memory.
  ActiveDay today{kNever, 0, false};
  const auto close_day = [&] {
    if (today.day == kNever) return;
    if (today.is_engaged) today.milli_points += points_.engaged_day_milli_points;
    days.push_back(today);
  };
  history_.for_each_cell(account, range,
                         [&](Day day, std::uint32_t kind) __attribute__((always_inline)) {
                           const PointsTable::Worth& worth = of_kind[kind];
                           if (!worth.is_activity) return;
                           if (day != today.day) {
                             close_day();
                             today = {day, 0, false};
                           }
                           today.milli_points += worth.milli_points;
                           today.is_engaged |= worth.engages;
                         });
  close_day();
}

}  // namespace tidemark
