#pragma once

#include <atomic>
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

  /// As `AccountsOfDay::load`; the last few days asked for stay.
  Result<std::shared_ptr<AccountsOfDay>> accounts(Store& store, std::optional<Day> day,
                                                  int trend_days, TimeZone zone);

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

  std::atomic<std::uint64_t> generation_{1};
  std::mutex accounts_lock_;
  std::vector<Accounts> accounts_;  // the last used last
  std::mutex activity_lock_;
  std::uint64_t activity_generation_ = 0;
  std::shared_ptr<const LoadedActivity> activity_;
};

}  // namespace tidemark
