#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"

namespace tidemark::duck {

/// What changes together, and is remembered together. Events that arrive live are of no part.
enum class Part : std::uint8_t { names, identity, published, marks, imports };
inline constexpr std::size_t kParts = 5;
using PartCounts = std::array<std::uint64_t, kParts>;

/// How often each part of what is stored has changed, in this process, which owns it: a count is
/// odd while a change is being committed.
class ChangeCounts {
 public:
  /// Changes of these parts are being committed, until it ends.
  class Changing {
   public:
    Changing(ChangeCounts& counts, const std::vector<Part>& parts)
        : counts_(counts), parts_(parts) {
      step();
    }
    Changing(const Changing&) = delete;
    Changing& operator=(const Changing&) = delete;
    ~Changing() { step(); }

   private:
    void step() {
      for (const Part part : parts_) ++counts_.counts_[static_cast<std::size_t>(part)];
    }

    ChangeCounts& counts_;
    const std::vector<Part>& parts_;
  };

  std::uint64_t sum() const {
    std::uint64_t sum = 0;
    for (const auto& count : counts_) sum += count;
    return sum;
  }

  PartCounts now() const {
    PartCounts counts;
    for (std::size_t part = 0; part < kParts; ++part) counts[part] = counts_[part];
    return counts;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kParts> counts_{};
};

/// Which change of each part a view of one moment sees last; none where that is not known, since
/// one was being committed meanwhile.
class SeenChanges {
 public:
  SeenChanges() = default;
  /// Counted before and after the view's first question.
  SeenChanges(const PartCounts& before, const PartCounts& after) {
    for (std::size_t part = 0; part < kParts; ++part) {
      const bool is_known = before[part] == after[part] && before[part] % 2 == 0;
      if (is_known) counts_[part] = before[part];
    }
  }

  std::optional<std::uint64_t> of(Part part) const {
    return counts_[static_cast<std::size_t>(part)];
  }

 private:
  std::array<std::optional<std::uint64_t>, kParts> counts_;
};

/// What a question about one part was answered last, for views of one moment; copied out, so that
/// what is large is held by shared pointers.
template <class T>
class Remembered {
 public:
  /// `seen`: as of which change the view sees the part; none: it is not remembered.
  template <class Read>
  Result<T> value(std::optional<std::uint64_t> seen, const Read& read) {
    if (!seen) return read();
    const std::lock_guard lock(lock_);
    if (value_ && at_ == *seen) return *value_;
    Result<T> value = read();
    const bool is_newest = !value_ || at_ < *seen;
    if (value && is_newest) {
      value_ = *value;
      at_ = *seen;
    }
    return value;
  }

 private:
  std::mutex lock_;
  std::uint64_t at_ = 0;
  std::optional<T> value_;
};

}  // namespace tidemark::duck
