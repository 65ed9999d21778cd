#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/day.h"

namespace tidemark {

/// What is stated of an account, as far as a definition asks for it.
struct AccountFacts {
  /// The number a trait's property has from a day on; none where it is no number.
  struct TraitValue {
    std::size_t trait = 0;  // place in the definition's traits
    Day since;
    std::optional<double> number;
  };

  std::optional<Day> created;
  std::vector<TraitValue> trait_values;  // by trait, then day
};

}  // namespace tidemark
