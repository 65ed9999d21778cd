#pragma once

#include "score/published_rules.h"

namespace tidemark {

/// Where accounts stood on two published days, and who stands elsewhere.
struct Movement {
  struct Account {
    AccountNumber account = 0;
    std::string id;
    bool is_new = false;    // not there yet on the first day
    bool is_merge = false;  // merged, took another in, or was parted, between them
    Level from = Level::inactive;
    Level to = Level::inactive;
    Points points_from;
    Points points_to;
    std::optional<std::uint8_t> display_from;
    std::optional<std::uint8_t> display_to;
  };
  // Accounts by published level on the first day, then on the second; those not there yet on the
  // first are in `arrived`.
  using Matrix = std::array<LevelCounts, kLevelCount>;

  Day from;
  Day to;
  Matrix accounts{};
  LevelCounts arrived{};
  std::vector<Account> moved;  // falls first, the largest loss of points on top; then rises

  std::int64_t fell() const;
  std::int64_t rose() const;
  std::int64_t went_silent() const;
  std::int64_t came_back() const;
  std::int64_t is_new() const;
};

/// Between two published days, the earlier first; without them, the last published day and the one
/// a week before (or the first published one).
Result<Movement> movement_between(Store& store, std::optional<Day> from, std::optional<Day> to);

}  // namespace tidemark
