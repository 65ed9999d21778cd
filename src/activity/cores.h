#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace tidemark {

/// Splits work over accounts between threads. Results must not depend on which thread did what.
class Cores {
 public:
  /// As many threads as the machine has cores.
  static Cores all() { return Cores(std::max(1U, std::thread::hardware_concurrency())); }
  explicit Cores(unsigned threads) : threads_(std::max(1U, threads)) {}

  unsigned threads() const { return threads_; }

  /// Calls `work(first, last, thread)` for ranges [first, last) that cover [0, count) once, each of
  /// at most `range_size`; `thread` is below `threads()`. Returns when all is done.
  template <class Work>
  void for_ranges(std::size_t count, std::size_t range_size, const Work& work) const {
    std::atomic<std::size_t> next{0};
    const auto take = [&](unsigned thread) {
      for (;;) {
        const std::size_t first = next.fetch_add(range_size);
        if (first >= count) return;
        work(first, std::min(count, first + range_size), thread);
      }
    };
    if (threads_ == 1 || count <= range_size) {
      take(0);
      return;
    }
    std::vector<std::jthread> others;
    for (unsigned thread = 1; thread < threads_; ++thread) others.emplace_back(take, thread);
    take(0);
  }

 private:
  unsigned threads_;
};

}  // namespace tidemark
