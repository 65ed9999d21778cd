#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "score/account_listing.h"
#include "score/loaded_activity.h"

namespace tidemark {

/// What was read of published days, kept in memory until something else is published.
class PublishedCache {
 public:
  /// Something was published, merged or taken back.
  void forget() { ++generation_; }
  std::uint64_t generation() const { return generation_; }

  /// An answer that was kept under these words since something was published last.
  std::optional<std::string> answer(const std::string& words);
  void keep_answer(std::uint64_t generation, std::string words, std::string answer);

  /// As `AccountsOfDay::load`; the last few days asked for stay.
  Result<std::shared_ptr<AccountsOfDay>> accounts(Store& store, std::optional<Day> day,
                                                  int trend_days, TimeZone zone);

  /// Reads what lists of the last day show, and puts it into the usual orders, before anybody asks.
  Result<void> prepare(Store& store, TimeZone zone);

  /// As `load_activity`, of all events that had come when it was read first, for definitions that
  /// count alike.
  Result<std::shared_ptr<const LoadedActivity>> activity(Store& store,
                                                         const Definition& definition);

 private:
  struct Accounts {
    std::uint64_t generation = 0;
    std::optional<Day> asked;
    int trend_days = 0;
    std::string zone;
    std::shared_ptr<AccountsOfDay> accounts;
  };

  struct Answer {
    std::string words;
    std::string answer;
  };

  std::atomic<std::uint64_t> generation_{1};
  std::mutex answers_lock_;
  std::uint64_t answers_generation_ = 0;
  std::deque<Answer> answers_;  // the first kept first
  std::size_t answer_bytes_ = 0;
  std::mutex accounts_lock_;
  std::vector<Accounts> accounts_;  // the last used last
  std::mutex activity_lock_;
  std::uint64_t activity_generation_ = 0;
  std::shared_ptr<const LoadedActivity> activity_;
};

}  // namespace tidemark
