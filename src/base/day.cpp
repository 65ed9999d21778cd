#include "base/day.h"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace tidemark {
namespace {

std::chrono::year_month_day to_chrono(Day day) {
  return std::chrono::sys_days{std::chrono::days{day.number}};
}

Day from_chrono(std::chrono::sys_days days) {
  return Day{static_cast<std::int32_t>(days.time_since_epoch().count())};
}

}  // namespace

std::optional<Day> day_of(CalendarDate date) {
  const std::chrono::year_month_day parsed{std::chrono::year{date.year},
                                           std::chrono::month{static_cast<unsigned>(date.month)},
                                           std::chrono::day{static_cast<unsigned>(date.day)}};
  if (!parsed.ok()) return std::nullopt;
  return from_chrono(parsed);
}

CalendarDate calendar_date(Day day) {
  const auto date = to_chrono(day);
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    const char* last = text.data() + at + length;
    const auto [stop, error] = std::from_chars(text.data() + at, last, value);
    return error == std::errc{} && stop == last ? value : -1;
  };
  const CalendarDate date{number(0, 4), number(5, 2), number(8, 2)};
  if (date.year < 0 || date.month < 0 || date.day < 0) return std::nullopt;
  return day_of(date);
}

std::string day_text(Day day) {
  const CalendarDate date = calendar_date(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string readable_day(Day day) {
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CalendarDate date = calendar_date(day);
  return fmt::format("{} {} {}", date.day, kMonths[static_cast<std::size_t>(date.month - 1)],
                     date.year);
}

bool is_month_end(Day day) { return month_end(day) == day; }

Day month_end(Day day) {
  const auto date = to_chrono(day);
  return from_chrono(date.year() / date.month() / std::chrono::last);
}

Day last_month_end(Day day) {
  while (!is_month_end(day)) day = day - 1;
  return day;
}

int weekday(Day day) {
  return static_cast<int>(
      std::chrono::weekday{std::chrono::sys_days{std::chrono::days{day.number}}}.iso_encoding() -
      1);
}

}  // namespace tidemark
