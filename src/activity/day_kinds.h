#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "model/activity.h"

namespace tidemark {

/// A number of occurrences of one signal on one day.
struct DayKind {
  SignalNumber signal;
  std::uint32_t count;

  friend bool operator==(const DayKind&, const DayKind&) = default;
};

/// Every kind of day a history holds, each once, by number. The same kind happens over and over, so
/// cells refer to it: what a kind is worth is reckoned once per definition, not once per cell.
///
/// `number_of` may be called from several threads at once; numbers then depend on their timing,
/// results must not.
class DayKinds {
 public:
  /// Stands in a cell for a number that does not fit 16 bits; the number follows in a word of its
  /// own.
  static constexpr std::uint32_t kEscape = 0xFFFF;

  DayKinds() = default;
  /// Kinds that were numbered before, by number.
  explicit DayKinds(std::vector<DayKind> numbered);
  DayKinds(DayKinds&& other) noexcept;
  DayKinds& operator=(DayKinds&& other) noexcept;

  /// Makes room for signals below `signals`. Not while other threads ask for numbers.
  void reserve(std::size_t signals);

  /// The number of the kind, new where it was not seen before. The signal is within what was
  /// reserved.
  std::uint32_t number_of(DayKind kind) {
    CHECK(kind.signal < signals_);
    if (kind.count >= small_counts_) return number_of_large(kind);
    const std::atomic_ref number(small_[kind.signal * std::size_t{small_counts_} + kind.count]);
    const std::uint32_t known = number.load(std::memory_order_acquire);
    return known != 0 ? known - 1 : number_new_small(kind);
  }

  const std::vector<DayKind>& all() const { return all_; }
  bool needs_escapes() const { return all_.size() > kEscape; }

 private:
  std::uint32_t number_new_small(DayKind kind);
  std::uint32_t number_of_large(DayKind kind);
  std::uint32_t add(DayKind kind);

  std::mutex adding_;
  std::vector<DayKind> all_;
  std::size_t signals_ = 0;
  std::uint32_t small_counts_ = 0;
  std::vector<std::uint32_t>
      small_;  // by signal and count below small_counts_; number + 1, 0 = not seen
  std::unordered_map<std::uint64_t, std::uint32_t> large_;  // by signal and count
};

}  // namespace tidemark
