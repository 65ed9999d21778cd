#include "base/time_zone.h"

#include <limits>
#include <stdexcept>

#include <date/tz.h>
#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;

std::int64_t micros_within_range(date::sys_seconds instant) {
  const std::int64_t seconds = instant.time_since_epoch().count();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kMicrosPerSecond;
  if (seconds > kMost) return std::numeric_limits<std::int64_t>::max();
  if (seconds < -kMost) return std::numeric_limits<std::int64_t>::min();
  return seconds * kMicrosPerSecond;
}

}  // namespace

Result<TimeZone> TimeZone::named(std::string_view name) {
  try {
    return TimeZone(date::locate_zone(std::string(name)));
  } catch (const std::runtime_error&) {
    return Error{
        ErrorKind::invalid_input,
        fmt::format("unknown time zone: {} (use an IANA name such as Europe/Berlin)", name)};
  }
}

std::string_view TimeZone::name() const {
  return static_cast<const date::time_zone*>(zone_)->name();
}

Instant DayReader::begin_of(Day day) {
  // No zone is a day or more away from UTC, and days follow one another in time.
  const std::int64_t midnight = std::int64_t{day - Day{0}} * kMicrosPerDay;
  std::int64_t before = midnight - kMicrosPerDay;
  std::int64_t within = midnight + kMicrosPerDay;
  while (within - before > 1) {
    const std::int64_t middle = before + (within - before) / 2;
    (day_of(Instant{std::chrono::microseconds{middle}}) < day ? before : within) = middle;
  }
  return Instant{std::chrono::microseconds{within}};
}

void DayReader::find_offset(Instant instant) {
  const auto* zone = static_cast<const date::time_zone*>(zone_.zone_);
  const date::sys_info info = zone->get_info(std::chrono::floor<std::chrono::seconds>(instant));
  from_ = micros_within_range(info.begin);
  until_ = micros_within_range(info.end);
  offset_ = info.offset.count() * kMicrosPerSecond;
}

}  // namespace tidemark
