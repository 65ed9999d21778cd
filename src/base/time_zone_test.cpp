#include "base/time_zone.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

Instant instant(const char* day, int hours, int minutes = 0) {
  return Instant{std::chrono::days{parse_day(day)->number} + std::chrono::hours{hours} +
                 std::chrono::minutes{minutes}};
}

std::string day_in(const char* zone, Instant at) {
  return day_text(DayReader(*TimeZone::named(zone)).day_of(at));
}

TEST(TimeZone, names_a_zone_nobody_knows) {
  const auto zone = TimeZone::named("Europe/Atlantis");
  ASSERT_FALSE(zone);
  EXPECT_NE(zone.error().message.find("Europe/Atlantis"), std::string::npos);
}

TEST(DayReader, begins_days_at_local_midnight) {
  EXPECT_EQ(day_in("Europe/Berlin", instant("2026-03-14", 22, 59)), "2026-03-14");
  EXPECT_EQ(day_in("Europe/Berlin", instant("2026-03-14", 23)), "2026-03-15");
  EXPECT_EQ(day_in("America/New_York", instant("2026-01-01", 4, 59)), "2025-12-31");
  EXPECT_EQ(day_in("Asia/Kathmandu", instant("2026-01-01", 18, 15)), "2026-01-02");
}

TEST(DayReader, follows_daylight_saving_in_both_directions_of_time) {
  DayReader reader(*TimeZone::named("Europe/Berlin"));
  EXPECT_EQ(day_text(reader.day_of(instant("2026-03-29", 22, 30))), "2026-03-30");  // summer: UTC+2
  EXPECT_EQ(day_text(reader.day_of(instant("2026-03-28", 22, 30))), "2026-03-28");  // winter: UTC+1
  EXPECT_EQ(day_text(reader.day_of(instant("2026-10-25", 22, 30))), "2026-10-25");
  EXPECT_EQ(day_text(reader.day_of(instant("2026-10-24", 22, 30))), "2026-10-25");
}

TEST(DayReader, knows_zones_without_daylight_saving_and_before_1970) {
  EXPECT_EQ(day_in("UTC", Instant{std::chrono::microseconds{-1}}), "1969-12-31");
  EXPECT_EQ(day_in("Pacific/Kiritimati", instant("2026-01-01", 10)), "2026-01-02");
}

TEST(DayReader, finds_where_days_begin_also_with_daylight_saving) {
  for (const char* name : {"UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati",
                           "Asia/Kathmandu", "Pacific/Apia"}) {
    DayReader reader(*TimeZone::named(name));
    for (Day day = Day{14'900}; day < Day{15'700}; day = day + 1) {
      const Instant begin = reader.begin_of(day);
      EXPECT_LT(reader.day_of(begin - std::chrono::microseconds{1}), day) << name;
      EXPECT_GE(reader.day_of(begin), day) << name;
    }
  }
}

}  // namespace
}  // namespace tidemark
