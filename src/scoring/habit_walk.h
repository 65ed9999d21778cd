#pragma once

#include <span>

#include "scoring/habit.h"
#include "scoring/scored_activity.h"

namespace tidemark {

/// The habit of an account, moved forward day by day over its active days.
class HabitWalk {
 public:
  HabitWalk() = default;
  /// `days` are the account's active days from its first one, `first_day`, on, oldest first; they
  /// must outlive the walk.
  HabitWalk(std::span<const ActiveDay> days, Day first_day) : days_(days), next_day_(first_day) {}

  /// The habit at the end of `day`, in thousandths of a day. Not before the last day asked for.
  std::int64_t move_to(Day day) {
    for (; next_day_ <= day; ++next_day_) {
      const bool is_active = passed_ < days_.size() && days_[passed_].day == next_day_;
      milli_days_ = habit_.next_day(is_active && days_[passed_].is_engaged);
      if (is_active) ++passed_;
    }
    return milli_days_;
  }

  /// How many of the active days are not after the last day asked for.
  std::size_t passed() const { return passed_; }

 private:
  std::span<const ActiveDay> days_;
  std::size_t passed_ = 0;
  Day next_day_;
  Habit habit_;
  std::int64_t milli_days_ = 0;
};

}  // namespace tidemark
