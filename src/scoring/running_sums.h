#pragma once

#include <cstdint>
#include <vector>

#include "scoring/scored_activity.h"
#include "scoring/window.h"

namespace tidemark {

/// What an account earned and did up to each day of a span, read in one go: any window within the
/// span is a subtraction then. For many looks at one account, where `SlidingWindow` walks; what
/// stands beside the window is left out.
class RunningSums {
 public:
  /// For days of `span`, one account after the other.
  RunningSums(const ScoredActivity& activity, DayRange span);

  /// Reads an account; false where it was not active within the span.
  bool read(AccountNumber account);

  /// The window that ends with `day`; it must lie within the span.
  Window window(Day day) const;

  /// How many days of the range, which must lie within the span, were active.
  int active_days(DayRange days) const {
    return sums_[place(days.last) + 1].active - sums_[place(days.first)].active;
  }

 private:
  struct Worth {
    std::int64_t milli_points = 0;
    std::uint8_t flags = 0;
  };
  struct Sum {
    std::int64_t milli_points = 0;
    std::int32_t engaged = 0;
    std::int32_t active = 0;
  };

  std::size_t place(Day day) const { return static_cast<std::size_t>(day - span_.first); }

  const History* history_;
  DayRange span_;
  int window_days_;
  std::int64_t engaged_day_milli_points_;
  std::vector<Worth> worth_;          // by kind; nothing for what is no activity
  std::vector<std::int64_t> earned_;  // by day of the span
  std::vector<std::uint8_t> flags_;   // likewise
  std::vector<Sum> sums_;             // before each day of the span, and after the last
};

}  // namespace tidemark
