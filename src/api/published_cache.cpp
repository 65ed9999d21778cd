#include "api/published_cache.h"

#include <algorithm>

#include "score/definition_view.h"

namespace tidemark {

Result<std::shared_ptr<AccountsOfDay>> PublishedCache::accounts(Store& store,
                                                                std::optional<Day> day,
                                                                int trend_days, TimeZone zone) {
  constexpr std::size_t kMost = 4;
  const std::lock_guard lock(accounts_lock_);
  const std::uint64_t generation = generation_;
  std::erase_if(accounts_, [&](const Accounts& kept) { return kept.generation != generation; });
  const auto found = std::ranges::find_if(accounts_, [&](const Accounts& kept) {
    return kept.asked == day && kept.trend_days == trend_days && kept.zone == zone.name();
  });
  if (found != accounts_.end()) {
    std::ranges::rotate(found, found + 1, accounts_.end());
    return accounts_.back().accounts;
  }
  // Read as things stand now: a view that was made before the last publication knows less.
  auto newest = store.beside(Reads::one_moment);
  if (!newest) return newest.error();
  auto loaded = AccountsOfDay::load(**newest, day, trend_days, zone);
  if (!loaded) return loaded.error();
  if (accounts_.size() == kMost) accounts_.erase(accounts_.begin());
  accounts_.push_back({generation, day, trend_days, std::string(zone.name()), *loaded});
  return *loaded;
}

Result<std::shared_ptr<const LoadedActivity>> PublishedCache::activity(
    Store& store, const Definition& definition) {
  const std::lock_guard lock(activity_lock_);
  const std::uint64_t generation = generation_;
  const bool is_of_now = activity_ != nullptr && activity_generation_ == generation;
  if (is_of_now && count_alike(activity_->definition, definition)) return activity_;
  auto newest = store.beside(Reads::one_moment);
  if (!newest) return newest.error();
  auto loaded = load_activity(**newest, definition, Cores::all());
  if (!loaded) return loaded.error();
  activity_ = std::make_shared<const LoadedActivity>(*std::move(loaded));
  activity_generation_ = generation;
  return activity_;
}

}  // namespace tidemark
