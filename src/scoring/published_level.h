#pragma once

#include "model/published.h"

namespace tidemark {

/// The standing after a day of this level: moves between low, medium and high are published when
/// the same new level has stood `confirm_days` running, moves from or to a fact at once (scoring.md
/// §8).
constexpr Standing next_standing(Standing standing, Level level, int confirm_days) {
  if (level == standing.level) return {standing.level, {}, 0};
  const int waited = standing.waited > 0 && standing.target == level ? standing.waited + 1 : 1;
  if (waited >= confirm_days || !is_on_ladder(level) || !is_on_ladder(standing.level)) {
    return {level, {}, 0};
  }
  return {standing.level, level, static_cast<std::uint8_t>(waited)};
}

}  // namespace tidemark
