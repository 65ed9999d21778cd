#pragma once

#include "model/published.h"
#include "scoring/level_ladder.h"

namespace tidemark {

/// An account's plain level on a day, and its points.
struct PlainLevel {
  Level level = Level::inactive;
  Points points;
  bool exists = false;  // since its first active day

  friend bool operator==(const PlainLevel&, const PlainLevel&) = default;
};

/// The plain levels of a day, by account number.
std::vector<PlainLevel> plain_levels(const ScoredActivity& activity, const LevelLadder& ladder,
                                     Day day, const Cores& cores);

/// Who is on another level under other rules, the same day.
struct WhatMoves {
  struct Account {
    AccountNumber account = 0;
    PlainLevel before;
    PlainLevel after;
  };
  LevelCounts before{};
  LevelCounts after{};
  std::vector<Account> moved;  // falls first, the largest loss of points on top; then rises
};

WhatMoves what_moves(const std::vector<PlainLevel>& before, const std::vector<PlainLevel>& after);

}  // namespace tidemark
