#include "api/published_cache.h"

#include <algorithm>

#include "score/definition_view.h"

namespace tidemark {

std::optional<std::string> PublishedCache::answer(const std::string& words) {
  const std::lock_guard lock(answers_lock_);
  if (answers_generation_ != generation_) return std::nullopt;
  const auto found = std::ranges::find(answers_, words, &Answer::words);
  return found == answers_.end() ? std::nullopt : std::optional(found->answer);
}

void PublishedCache::keep_answer(std::uint64_t generation, std::string words, std::string answer) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  constexpr std::size_t kMost = 256;
  const std::lock_guard lock(answers_lock_);
  if (generation != generation_ || answer.size() > kMostBytes / 4) return;
  if (answers_generation_ != generation) {
    answers_.clear();
    answer_bytes_ = 0;
    answers_generation_ = generation;
  }
  answer_bytes_ += answer.size();
  answers_.push_back({std::move(words), std::move(answer)});
  while (answer_bytes_ > kMostBytes || answers_.size() > kMost) {
    answer_bytes_ -= answers_.front().answer.size();
    answers_.pop_front();
  }
}

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

Result<void> PublishedCache::prepare(Store& store, TimeZone zone) {
  const auto of_day = accounts(store, std::nullopt, AccountQuery{}.trend_days, zone);
  if (!of_day && of_day.error().kind == ErrorKind::not_found) return {};  // nothing is published
  if (!of_day) return of_day.error();
  for (const char* sort : {"id", "points", "trend", "level", "since"}) {
    AccountQuery query;
    query.sort = AccountSort::named(sort);
    query.limit = 0;
    const auto listed = (*of_day)->list([&] { return Result<Store*>(&store); }, query);
    if (!listed) return listed.error();
  }
  return {};
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
