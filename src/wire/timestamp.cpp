#include "wire/timestamp.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/day.h"

namespace tidemark {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

/// Reads from the front of a text; every step says whether it fitted.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool is_done() const { return rest_.empty(); }
  char next() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }

  bool skip(char wanted) {
    if (next() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool skip(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  bool number(std::size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    value = 0;
    for (std::size_t at = 0; at < digits; ++at) {
      const char digit = rest_[at];
      if (digit < '0' || digit > '9') return false;
      value = value * 10 + (digit - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  /// Reads the digits of a fraction of a second, at least one, in microseconds.
  bool micros(std::int64_t& value) {
    value = 0;
    std::int64_t unit = kMicrosPerSecond;
    std::size_t digits = 0;
    for (; next() >= '0' && next() <= '9'; ++digits) {
      unit /= 10;
      value += unit * (next() - '0');
      rest_.remove_prefix(1);
    }
    return digits > 0;
  }

 private:
  std::string_view rest_;
};

bool scan_date(Scanner& scan, Day& day) {
  CalendarDate date{};
  if (!scan.number(4, date.year)) return false;
  const char separator = scan.next();
  const bool is_separated = separator == '-' || separator == '/';
  if (is_separated) scan.skip(separator);
  if (!scan.number(2, date.month)) return false;
  if (is_separated && !scan.skip(separator)) return false;
  if (!scan.number(2, date.day)) return false;
  const auto found = day_of(date);
  if (!found) return false;
  day = *found;
  return true;
}

bool scan_time(Scanner& scan, std::int64_t& micros) {
  int hour = 0, minute = 0, second = 0;
  std::int64_t fraction = 0;
  if (!scan.number(2, hour)) return false;
  const bool is_separated = scan.skip(':');
  if (!scan.number(2, minute)) return false;
  const bool has_seconds = is_separated ? scan.skip(':') : scan.next() >= '0' && scan.next() <= '9';
  if (has_seconds && !scan.number(2, second)) return false;
  if (has_seconds && (scan.skip('.') || scan.skip(',')) && !scan.micros(fraction)) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  micros = (hour * 3600 + minute * 60 + second) * kMicrosPerSecond + fraction;
  return true;
}

bool scan_offset(Scanner& scan, std::int64_t& micros) {
  micros = 0;
  scan.skip(' ');
  if (scan.is_done() || scan.skip('Z') || scan.skip('z') || scan.skip("UTC") || scan.skip("GMT")) {
    return true;
  }
  const bool is_behind = scan.next() == '-';
  if (!scan.skip('+') && !scan.skip('-')) return false;
  int hours = 0, minutes = 0, seconds = 0;
  if (!scan.number(2, hours)) return false;
  const bool is_separated = scan.skip(':');
  if (is_separated || !scan.is_done()) {
    if (!scan.number(2, minutes)) return false;
    if ((is_separated ? scan.skip(':') : !scan.is_done()) && !scan.number(2, seconds)) return false;
  }
  if (hours > 23 || minutes > 59 || seconds > 59) return false;
  micros = (hours * 3600 + minutes * 60 + seconds) * kMicrosPerSecond * (is_behind ? -1 : 1);
  return true;
}

bool scan_calendar(std::string_view text, Instant& instant) {
  Scanner scan(text);
  Day day;
  std::int64_t time = 0, offset = 0;
  if (!scan_date(scan, day)) return false;
  if (!scan.is_done()) {
    if (!scan.skip('T') && !scan.skip(' ') && !scan.skip('t')) return false;
    if (!scan_time(scan, time) || !scan_offset(scan, offset) || !scan.is_done()) return false;
  }
  instant = Instant{
      std::chrono::microseconds{day.number * kSecondsPerDay * kMicrosPerSecond + time - offset}};
  return true;
}

/// Seconds since 1970, perhaps with a fraction, or a thousandth, millionth or billionth of them.
bool scan_epoch(std::string_view text, Instant& instant) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::int64_t whole = 0, fraction = 0;
  if (digits > 16) return false;
  for (const char digit : text.substr(0, digits)) whole = whole * 10 + (digit - '0');
  if (digits < text.size()) {
    Scanner scan(text.substr(digits));
    if (!scan.skip('.') || !scan.micros(fraction) || !scan.is_done()) return false;
  }
  std::int64_t micros = 0;
  switch (digits) {
    case 9:
    case 10:
      micros = whole * kMicrosPerSecond + fraction;
      break;
    case 12:
    case 13:
      micros = whole * 1000 + fraction / 1000;
      break;
    case 15:
    case 16:
      micros = whole;
      break;
    default:
      return false;
  }
  instant = Instant{std::chrono::microseconds{micros}};
  return true;
}

/// Two numbers of one or two digits before a year: nobody can tell the day from the month.
bool is_ambiguous(std::string_view text) {
  const std::size_t first = text.find_first_of("/.-");
  if (first == std::string_view::npos || first == 0 || first > 2) return false;
  const std::size_t second = text.find_first_of("/.-", first + 1);
  if (second == std::string_view::npos || second - first - 1 > 2) return false;
  return text.find_first_not_of("0123456789/.-") > second && text.size() >= second + 3;
}

}  // namespace

std::variant<Instant, RejectReason> parse_timestamp(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.empty()) return RejectReason::missing_time;
  Instant instant;
  if (scan_calendar(text, instant)) return instant;
  if (text.size() == 19 && text.find_first_not_of("0123456789") == std::string_view::npos) {
    text.remove_suffix(3);  // nanoseconds
  }
  if (scan_epoch(text, instant)) return instant;
  return is_ambiguous(text) ? RejectReason::ambiguous_time : RejectReason::unreadable_time;
}

std::string timestamp_text(Instant instant) {
  const std::int64_t micros = instant.time_since_epoch().count();
  const std::int64_t day_micros = kSecondsPerDay * kMicrosPerSecond;
  const std::int64_t day = micros >= 0 ? micros / day_micros : (micros + 1) / day_micros - 1;
  const std::int64_t time = micros - day * day_micros;
  const std::int64_t seconds = time / kMicrosPerSecond;
  const std::int64_t fraction = time % kMicrosPerSecond;
  std::string text =
      fmt::format("{}T{:02}:{:02}:{:02}", day_text(Day{static_cast<std::int32_t>(day)}),
                  seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction % 1000 != 0) {
    text += fmt::format(".{:06}", fraction);
  } else if (fraction != 0) {
    text += fmt::format(".{:03}", fraction / 1000);
  }
  return text + 'Z';
}

}  // namespace tidemark
