#pragma once

#include <cstdint>

namespace tidemark {

/// Engaged days with a half-life of 45 days, in thousandths of a day (scoring.md §7). Starts at the
/// account's first active day; every day since must be told, in order.
class Habit {
 public:
  /// Returns the habit at the end of the next day.
  std::int64_t next_day(bool is_engaged) {
    milli_days_ = ((milli_days_ * kKept) >> 32) + (is_engaged ? 1000 : 0);
    return milli_days_;
  }

 private:
  static constexpr std::int64_t kKept =
      4'229'317'660;  // round(2^(-1/45) * 2^32): what a day leaves

  std::int64_t milli_days_ = 0;  // below 65,500, so the product stays within 64 bits
};

}  // namespace tidemark
