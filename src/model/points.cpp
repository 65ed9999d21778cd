#include "model/points.h"

#include <cstdlib>

#include <fmt/format.h>

namespace tidemark {

std::string readable_points(Points points) {
  const std::int64_t tenths = (std::abs(points.milli) + 50) / 100;
  const char* sign = points.milli < 0 && tenths > 0 ? "-" : "";
  if (tenths % 10 == 0) return fmt::format("{}{}", sign, tenths / 10);
  return fmt::format("{}{}.{}", sign, tenths / 10, tenths % 10);
}

std::string exact_points(Points points) {
  const std::int64_t size = std::abs(points.milli);
  std::string text =
      fmt::format("{}{}.{:03}", points.milli < 0 ? "-" : "", size / 1000, size % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace tidemark
