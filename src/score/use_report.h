#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "score/account_listing.h"
#include "score/loaded_activity.h"

namespace tidemark {

/// How many of some accounts did an action in the window, and how often the one in their middle.
struct UseRate {
  std::int64_t accounts = 0;  // that did it at all
  std::int64_t median_count =
      0;  // of those that did, the upper of two in the middle; 0: nobody did
};

struct UseOfAction {
  std::string action;
  UseRate all;                                  // of all accounts
  std::array<UseRate, kLevelCount> by_level{};  // of those with that published level
};

/// What the accounts of a day do, to hold a single one against.
struct UseReport {
  std::int64_t accounts = 0;
  LevelCounts by_level{};
  std::vector<UseOfAction> actions;  // in the order of the definition
};

/// Of the accounts listed, over the window that ends with `day`.
UseReport report_use(std::span<const ListedAccount> accounts, const Definition& definition,
                     const LoadedActivity& activity, Day day);

}  // namespace tidemark
