#pragma once

#include <span>

#include "model/definition.h"
#include "scoring/scored_activity.h"

namespace tidemark {

/// What the 30 days up to and with a day hold.
struct Window {
  Points points;
  int engaged_days = 0;
  int active_days = 0;

  friend bool operator==(const Window&, const Window&) = default;
};

/// The window of one account, moved forward day by day: each active day enters once and leaves
/// once.
class SlidingWindow {
 public:
  /// `days` are the account's active days, oldest first, at least from 29 days before the first day
  /// asked for.
  explicit SlidingWindow(std::span<const ActiveDay> days) : days_(days) {}

  /// The window of `day`, which is not before the last one asked for.
  const Window& move_to(Day day) {
    for (; entering_ < days_.size() && days_[entering_].day <= day; ++entering_) {
      add(days_[entering_], 1);
    }
    for (; leaving_ < entering_ && days_[leaving_].day <= day - kWindowDays; ++leaving_) {
      add(days_[leaving_], -1);
    }
    return window_;
  }

  /// The first day after `day` on which the window differs: one enters or leaves; none if it stays
  /// as it is.
  std::optional<Day> next_move_after(Day day) const {
    std::optional<Day> next;
    if (entering_ < days_.size()) next = days_[entering_].day;
    if (leaving_ < entering_) {
      const Day expiry = days_[leaving_].day + kWindowDays;
      next = next ? std::min(*next, expiry) : expiry;
    }
    return next && *next <= day ? day + 1 : next;
  }

 private:
  void add(const ActiveDay& day, int sign) {
    window_.points += Points{sign * day.milli_points};
    window_.engaged_days += sign * (day.is_engaged ? 1 : 0);
    window_.active_days += sign;
  }

  std::span<const ActiveDay> days_;
  std::size_t entering_ = 0;
  std::size_t leaving_ = 0;
  Window window_;
};

}  // namespace tidemark
