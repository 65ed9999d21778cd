#include "report/words.h"

#include <fmt/format.h>

#include "wire/names.h"

namespace tidemark {

std::string level_label(Level level) {
  std::string label(level_name(level));
  label.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(label.front())));
  return label;
}

std::string with_separators(std::int64_t number) {
  std::string digits = std::to_string(std::abs(number));
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return number < 0 ? "−" + digits : digits;
}

std::string signed_number(std::int64_t number) {
  return number > 0 ? "+" + with_separators(number) : with_separators(number);
}

std::string counted(std::int64_t number, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", with_separators(number), number == 1 ? singular : plural);
}

std::string visible(std::string_view text) {
  std::string shown;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte == 0x7F) {
      shown += "\uFFFD";
    } else {
      shown += character;
    }
  }
  return shown;
}

std::string percent(double share) {
  return share >= 0.0005 && share < 0.0995 ? fmt::format("{:.1f} %", share * 100)
                                           : fmt::format("{:.0f} %", share * 100);
}

std::string points_with_display(Points points, const std::optional<std::uint8_t>& display) {
  return display ? fmt::format("{} ({})", readable_points(points), *display)
                 : readable_points(points);
}

}  // namespace tidemark
