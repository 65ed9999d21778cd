#include "base/decimal.h"

#include <charconv>
#include <cmath>

namespace tidemark {

std::optional<double> decimal_number(std::string_view text) {
  const auto is_digit = [](char character) { return character >= '0' && character <= '9'; };
  if (text.empty() || !is_digit(text.back())) return std::nullopt;
  const std::size_t first = text.front() == '-' ? 1 : 0;
  // What from_chars takes beyond decimals: inf and nan, a point without a digit before it.
  if (!is_digit(text[first])) return std::nullopt;
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  // `1.e3`
  const auto point = text.find('.');
  if (point != std::string_view::npos && !is_digit(text[point + 1])) return std::nullopt;
  return number;
}

}  // namespace tidemark
