#include "base/day.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Day, reads_and_writes_iso_dates) {
  for (const char* text : {"1970-01-01", "1990-01-01", "2024-02-29", "2026-12-31", "9999-12-31"}) {
    const auto day = parse_day(text);
    ASSERT_TRUE(day) << text;
    EXPECT_EQ(day_text(*day), text);
  }
  EXPECT_EQ(parse_day("1970-01-02")->number, 1);
}

TEST(Day, refuses_what_is_no_date) {
  for (const char* text : {"", "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "2026-1-01",
                           "20260101", "2026-01-01 ", "+026-01-01", "2026/01/01"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(Day, knows_the_ends_of_months) {
  EXPECT_TRUE(is_month_end(*parse_day("2024-02-29")));
  EXPECT_FALSE(is_month_end(*parse_day("2024-02-28")));
  EXPECT_TRUE(is_month_end(*parse_day("2026-02-28")));
  EXPECT_EQ(day_text(month_end(*parse_day("2026-04-01"))), "2026-04-30");
}

TEST(Day, knows_weekdays_and_how_people_write_days) {
  EXPECT_EQ(weekday(*parse_day("2026-03-16")), 0);  // a Monday
  EXPECT_EQ(weekday(*parse_day("2026-03-22")), 6);
  EXPECT_EQ(readable_day(*parse_day("2026-03-17")), "17 Mar 2026");
}

TEST(DayRange, includes_both_ends) {
  const DayRange range{Day{3}, Day{5}};
  EXPECT_EQ(range.length(), 3);
  EXPECT_TRUE(range.contains(Day{3}) && range.contains(Day{5}));
  EXPECT_FALSE(range.contains(Day{6}));
  EXPECT_EQ((DayRange{Day{5}, Day{4}}).length(), 0);
  EXPECT_EQ((DayRange{Day{9}, Day{4}}).length(), 0);
}

}  // namespace
}  // namespace tidemark
