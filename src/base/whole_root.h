#pragma once

#include <cmath>
#include <cstdint>

namespace tidemark {

/// Whole numbers of 128 bits, for products that would not fit 64.
__extension__ using Wide = unsigned __int128;

/// The largest whole number whose square is at most `value`, exactly; `value` is below 2^126.
inline std::uint64_t whole_root(Wide value) {
  // The hardware root is off by a few units at most, in either direction; whole arithmetic mends
  // it.
  auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<long double>(value)));
  while (Wide{root} * root > value) --root;
  while (Wide{root + 1} * (root + 1) <= value) ++root;
  return root;
}

}  // namespace tidemark
