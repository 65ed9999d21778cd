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

/// The most points whose display is at most `shown`, which is below 100.
inline Points most_points_shown_as(int shown, Points reference) {
  CHECK(shown >= 0 && shown < 100 && reference.milli > 0);
  // (201 p + r) / (2 (p + r)) < shown + 1, solved for whole p.
  const Wide r = static_cast<std::uint64_t>(reference.milli);
  const auto factor = static_cast<unsigned>(2 * shown + 1);
  return Points{
      static_cast<std::int64_t>((r * factor - 1) / static_cast<unsigned>(199 - 2 * shown))};
}

}  // namespace tidemark
