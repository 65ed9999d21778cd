#include "activity/day_kinds.h"

#include <algorithm>
#include <utility>

namespace tidemark {
namespace {

constexpr std::size_t kSmallTable = std::size_t{1} << 20;

}  // namespace

DayKinds::DayKinds(std::vector<DayKind> numbered) : all_(std::move(numbered)) {
  std::size_t signals = 0;
  for (const DayKind& kind : all_) signals = std::max(signals, std::size_t{kind.signal} + 1);
  reserve(signals);
}

DayKinds::DayKinds(DayKinds&& other) noexcept { *this = std::move(other); }

DayKinds& DayKinds::operator=(DayKinds&& other) noexcept {
  all_ = std::move(other.all_);
  signals_ = other.signals_;
  small_counts_ = other.small_counts_;
  small_ = std::move(other.small_);
  large_ = std::move(other.large_);
  return *this;
}

void DayKinds::reserve(std::size_t signals) {
  if (signals <= signals_) return;
  signals_ = signals;
  small_counts_ =
      static_cast<std::uint32_t>(std::clamp<std::size_t>(kSmallTable / signals, 16, 1024));
  small_.assign(signals_ * small_counts_, 0);
  large_.clear();
  for (std::uint32_t number = 0; number < all_.size(); ++number) {
    const auto [signal, count] = all_[number];
    if (count < small_counts_) {
      small_[signal * std::size_t{small_counts_} + count] = number + 1;
    } else {
      large_.emplace(std::uint64_t{signal} << 32 | count, number);
    }
  }
}

std::uint32_t DayKinds::number_new_small(DayKind kind) {
  const std::scoped_lock lock(adding_);
  std::atomic_ref number(small_[kind.signal * std::size_t{small_counts_} + kind.count]);
  if (const std::uint32_t known = number.load(std::memory_order_relaxed)) return known - 1;
  const std::uint32_t added = add(kind);
  number.store(added + 1, std::memory_order_release);
  return added;
}

std::uint32_t DayKinds::number_of_large(DayKind kind) {
  const std::scoped_lock lock(adding_);
  const auto [place, is_new] = large_.try_emplace(std::uint64_t{kind.signal} << 32 | kind.count);
  if (is_new) place->second = add(kind);
  return place->second;
}

std::uint32_t DayKinds::add(DayKind kind) {
  all_.push_back(kind);
  return static_cast<std::uint32_t>(all_.size() - 1);
}

}  // namespace tidemark
