#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

/// A calendar date in the workspace's time zone; never a timestamp. `number` counts days since
/// 1970-01-01.
struct Day {
  std::int32_t number = 0;

  friend constexpr auto operator<=>(Day, Day) = default;
  constexpr Day operator+(int days) const { return Day{number + days}; }
  constexpr Day operator-(int days) const { return Day{number - days}; }
  constexpr int operator-(Day other) const { return number - other.number; }
  constexpr Day& operator++() {
    ++number;
    return *this;
  }
};

/// The first day an event may fall on: 1990 begins on it in zones behind UTC.
inline constexpr Day kFirstDay{7304};  // 1989-12-31

/// Dates from `first` to `last`, both included; empty when `last` is before `first`.
struct DayRange {
  Day first;
  Day last;

  friend constexpr bool operator==(DayRange, DayRange) = default;
  constexpr int length() const { return last < first ? 0 : last - first + 1; }
  constexpr bool contains(Day day) const { return first <= day && day <= last; }
};

struct CalendarDate {
  int year;
  int month;  // 1 to 12
  int day;    // 1 to 31
};

/// The day of a calendar date; none where the calendar has no such date (2026-02-30).
std::optional<Day> day_of(CalendarDate date);
CalendarDate calendar_date(Day day);

/// Reads `YYYY-MM-DD`; none for anything else.
std::optional<Day> parse_day(std::string_view text);

/// Writes `YYYY-MM-DD`.
std::string day_text(Day day);

/// Writes `17 Mar 2026`, as people read it.
std::string readable_day(Day day);

/// Whether the day is the last of its month.
bool is_month_end(Day day);

/// The last day of the month that `day` is in.
Day month_end(Day day);

/// The last month-end that is not after `day`.
Day last_month_end(Day day);

/// 0 for Monday to 6 for Sunday.
int weekday(Day day);

}  // namespace tidemark
