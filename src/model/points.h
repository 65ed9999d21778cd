#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace tidemark {

/// Points in whole thousandths, so that sums are exact and the same in any order.
struct Points {
  std::int64_t milli = 0;

  friend constexpr auto operator<=>(Points, Points) = default;
  constexpr Points operator+(Points other) const { return Points{milli + other.milli}; }
  constexpr Points operator-(Points other) const { return Points{milli - other.milli}; }
  constexpr Points& operator+=(Points other) {
    milli += other.milli;
    return *this;
  }
};

/// Points for people: at most one decimal, halves away from zero (`26.7`, `12`).
std::string readable_points(Points points);

/// Points exactly, without trailing zeros (`26.66`).
std::string exact_points(Points points);

}  // namespace tidemark
