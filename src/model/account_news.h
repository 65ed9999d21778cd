#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/published.h"

namespace tidemark {

/// Where an account stands on a published day, and whether it moved on it: what is delivered.
struct AccountNews {
  std::string account;
  Day day;
  Level level = Level::inactive;
  Day since;
  std::optional<Level> moved_from;    // none: it did not move on the day
  std::optional<std::uint8_t> score;  // 0-100; none while nothing says
  Points points;
  Points points_before;          // of the day before, where it moved
  std::optional<double> chance;  // of 30 silent days; none for inactive accounts
  std::string reason;            // of its move, in a line; may be empty
  std::map<std::string, std::string, std::less<>> properties = {};  // those asked for, as texts
};

/// A published day as destinations hear of it.
struct NewsOfDay {
  Day day;
  std::int64_t active_accounts = 0;
  std::vector<AccountNews> moves;     // falls first, the largest loss on top; then rises
  std::vector<AccountNews> accounts;  // where each stands; may be empty where nobody asks
};

}  // namespace tidemark
