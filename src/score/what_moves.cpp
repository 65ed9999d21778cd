#include "score/what_moves.h"

#include <algorithm>

namespace tidemark {

std::vector<PlainLevel> plain_levels(const ScoredActivity& activity, const LevelLadder& ladder,
                                     Day day, const Cores& cores) {
  constexpr std::size_t kAccountsPerRange = 1024;
  std::vector<PlainLevel> levels(activity.accounts());
  cores.for_ranges(
      levels.size(), kAccountsPerRange, [&](std::size_t first, std::size_t last, unsigned) {
        AccountDays memory;
        for (std::size_t at = first; at < last; ++at) {
          const auto account = static_cast<AccountNumber>(at);
          const auto first_day = activity.first_day(account);
          if (!first_day || *first_day > day) continue;
          const auto settled_from = activity.settled_from(account);
          SlidingWindow window = SlidingWindow::over(activity, account, {day, day}, memory);
          const Window& held = window.move_to(day);
          const Seniority seniority{day - *first_day + 1, settled_from && *settled_from <= day};
          levels[at] = {ladder.level_of(held, seniority), held.points(), true};
        }
      });
  return levels;
}

WhatMoves what_moves(const std::vector<PlainLevel>& before, const std::vector<PlainLevel>& after) {
  // Read one after the other while events arrive, one may know accounts that the other does not.
  const std::size_t accounts = std::min(before.size(), after.size());
  WhatMoves moves;
  for (std::size_t at = 0; at < accounts; ++at) {
    if (before[at].exists) ++moves.before[index_of(before[at].level)];
    if (after[at].exists) ++moves.after[index_of(after[at].level)];
    if (before[at].level == after[at].level) continue;
    moves.moved.push_back({static_cast<AccountNumber>(at), before[at], after[at]});
  }
  std::ranges::sort(moves.moved, {}, [](const WhatMoves::Account& move) {
    const bool is_rise = move.after.level > move.before.level;
    const std::int64_t gain = move.after.points.milli - move.before.points.milli;
    return std::tuple(is_rise, is_rise ? -gain : gain, move.account);
  });
  return moves;
}

}  // namespace tidemark
