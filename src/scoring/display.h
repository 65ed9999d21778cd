#pragma once

#include <cstdint>

#include "base/check.h"
#include "base/whole_root.h"
#include "model/points.h"

namespace tidemark {

/// Points on the scale of 0 to 100 on which `reference` is 50: 100 * p / (p + reference), to the
/// nearest whole number, halves up (scoring.md §4). Both are not negative, `reference` is above 0.
inline std::uint8_t display_of(Points points, Points reference) {
  CHECK(points.milli >= 0 && reference.milli > 0);
  const Wide p = static_cast<std::uint64_t>(points.milli);
  const Wide r = static_cast<std::uint64_t>(reference.milli);
  return static_cast<std::uint8_t>((201 * p + r) / (2 * (p + r)));
}

}  // namespace tidemark
