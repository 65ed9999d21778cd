#pragma once

#include <cstdlib>

#include <fmt/format.h>

#include "base/result.h"

namespace tidemark::bench {

/// The value, or the end of the benchmark.
template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
  }
  return *std::move(result);
}

inline void must(Result<void> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
  }
}

}  // namespace tidemark::bench
