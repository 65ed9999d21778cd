#pragma once

#include <algorithm>
#include <chrono>

namespace tidemark::bench {

/// The seconds of the fastest of `runs` runs.
template <class Work>
double best_seconds(int runs, const Work& work) {
  double best = 1e300;
  for (int run = 0; run < runs; ++run) {
    const auto started = std::chrono::steady_clock::now();
    work();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  }
  return best;
}

}  // namespace tidemark::bench
