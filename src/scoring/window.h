#pragma once

#include <span>

#include "scoring/habit_walk.h"

namespace tidemark {

/// What the window of days up to and with a day holds, and what stands beside them.
struct Window {
  Points earned;    // by actions and engaged days, in the window
  Points standing;  // by milestones, tenure, traits and habit
  int engaged_days = 0;
  int active_days = 0;

  Points points() const { return earned + standing; }

  friend bool operator==(const Window&, const Window&) = default;
};

/// What is read of an account to move its window over some days; kept between accounts, so that its
/// memory is.
struct AccountDays {
  std::vector<ActiveDay> active;
  std::vector<StandingStep> standing;
};

/// The window of one account, moved forward day by day: each active day enters once and leaves
/// once.
class SlidingWindow {
 public:
  /// `days` are the account's active days, oldest first, at least from the first of the window of
  /// the first day asked for.
  SlidingWindow(std::span<const ActiveDay> days, int window_days)
      : days_(days), window_days_(window_days) {}

  /// Reads what is needed for the windows of `days` into `memory`, which must outlive the window.
  /// Of an account that was never active nothing is known.
  static SlidingWindow over(const ScoredActivity& activity, AccountNumber account, DayRange days,
                            AccountDays& memory);

  /// The window of `day`, which is not before the last one asked for.
  const Window& move_to(Day day) {
    for (; entering_ < days_.size() && days_[entering_].day <= day; ++entering_) {
      add(days_[entering_], 1);
    }
    for (; leaving_ < entering_ && days_[leaving_].day <= day - window_days_; ++leaving_) {
      add(days_[leaving_], -1);
    }
    if (!steps_.empty() || habit_points_.milli > 0) move_standing_to(day);
    return window_;
  }

  /// The first day after `day` on which the window differs: one enters or leaves, or what stands
  /// beside it changes; none if it stays as it is.
  std::optional<Day> next_move_after(Day day) const {
    if (habit_points_.milli > 0 && entering_ > 0) return day + 1;
    std::optional<Day> next;
    const auto may_be = [&](Day other) { next = next ? std::min(*next, other) : other; };
    if (entering_ < days_.size()) may_be(days_[entering_].day);
    if (leaving_ < entering_) may_be(days_[leaving_].day + window_days_);
    if (next_step_ < steps_.size()) may_be(steps_[next_step_].from);
    return next && *next <= day ? day + 1 : next;
  }

 private:
  void add(const ActiveDay& day, int sign) {
    window_.earned += Points{sign * day.milli_points};
    window_.engaged_days += sign * (day.is_engaged ? 1 : 0);
    window_.active_days += sign;
  }

  void move_standing_to(Day day);

  std::span<const ActiveDay> days_;
  int window_days_;
  std::size_t entering_ = 0;
  std::size_t leaving_ = 0;
  Window window_;

  std::span<const StandingStep> steps_;
  std::size_t next_step_ = 0;
  Points habit_points_;  // per habit day; then `days_` begins with the account's first
  HabitWalk habit_;
};

}  // namespace tidemark
