#include "scoring/window.h"

namespace tidemark {

SlidingWindow SlidingWindow::over(const ScoredActivity& activity, AccountNumber account,
                                  DayRange days, AccountDays& memory) {
  const auto first_day = activity.first_day(account);
  if (!first_day) return {{}, activity.window_days()};
  const bool needs_all = activity.habit_points().milli > 0;
  const Day first = needs_all ? *first_day : activity.window_until(days.first).first;
  activity.active_days(account, {first, days.last}, memory.active);
  SlidingWindow window(memory.active, activity.window_days());
  activity.standing().steps(account, *first_day, days, memory.standing);
  window.steps_ = memory.standing;
  window.habit_points_ = activity.habit_points();
  window.habit_ = HabitWalk(memory.active, *first_day);
  return window;
}

void SlidingWindow::move_standing_to(Day day) {
  while (next_step_ < steps_.size() && steps_[next_step_].from <= day) ++next_step_;
  window_.standing = next_step_ > 0 ? steps_[next_step_ - 1].points : Points{};
  if (habit_points_.milli == 0) return;
  window_.standing += Points{habit_.move_to(day) * habit_points_.milli / 1000};
}

}  // namespace tidemark
