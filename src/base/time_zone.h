#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/day.h"
#include "base/result.h"

namespace tidemark {

/// An IANA time zone of the system's zone data. Cheap to copy; safe to use from several threads.
class TimeZone {
 public:
  /// Fails with `invalid_input` where the system knows no zone of that name.
  static Result<TimeZone> named(std::string_view name);

  std::string_view name() const;

 private:
  friend class DayReader;
  explicit TimeZone(const void* zone) : zone_(zone) {}

  const void* zone_;  // a date::time_zone, which lives as long as the process
};

/// Tells the day an instant falls on in a zone, daylight saving included. Remembers the offset in
/// force around the last instant asked, so runs of near instants cost a comparison each. One per
/// thread.
class DayReader {
 public:
  explicit DayReader(TimeZone zone) : zone_(zone) {}

  Day day_of(Instant instant) {
    const std::int64_t micros = instant.time_since_epoch().count();
    if (micros < from_ || micros >= until_) [[unlikely]] {
      find_offset(instant);
    }
    const std::int64_t local = micros + offset_;
    std::int64_t day = local / kMicrosPerDay;
    if (local % kMicrosPerDay < 0) --day;
    return Day{static_cast<std::int32_t>(day)};
  }

  /// The first instant of a day.
  Instant begin_of(Day day);

 private:
  static constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

  void find_offset(Instant instant);

  TimeZone zone_;
  std::int64_t from_ = 0;
  std::int64_t until_ = 0;
  std::int64_t offset_ = 0;
};

}  // namespace tidemark
