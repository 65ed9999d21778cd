#include "collect/recent_refusals.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace tidemark {
namespace {

std::uint64_t hash_of(const Refusal& refusal) {
  const std::string content =
      fmt::format("{} {} {} {}", refusal.source, refusal.dialect, refusal.field, refusal.message);
  return XXH3_64bits_withSeed(content.data(), content.size(),
                              static_cast<std::uint64_t>(refusal.reason));
}

}  // namespace

bool RecentRefusals::contains(const Refusal& refusal) const {
  return hashes_.contains(hash_of(refusal));
}

void RecentRefusals::add(const Refusal& refusal) {
  constexpr std::size_t kMost = 10'000;
  const std::uint64_t hash = hash_of(refusal);
  if (!hashes_.insert(hash).second) return;
  order_.push_back(hash);
  if (order_.size() <= kMost) return;
  hashes_.erase(order_.front());
  order_.pop_front();
}

}  // namespace tidemark
