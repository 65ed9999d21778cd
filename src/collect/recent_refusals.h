#pragma once

#include <cstdint>
#include <deque>
#include <unordered_set>

#include "model/refusal.h"

namespace tidemark {

/// The rejected messages that were kept last, by a hash of their content, so that a request which a
/// client sends again keeps nothing again. Holds the last 10,000, in memory alone. For one thread.
class RecentRefusals {
 public:
  bool contains(const Refusal& refusal) const;
  void add(const Refusal& refusal);

 private:
  std::deque<std::uint64_t> order_;
  std::unordered_set<std::uint64_t> hashes_;
};

}  // namespace tidemark
