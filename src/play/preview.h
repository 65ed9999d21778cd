#pragma once

#include <functional>

#include "play/choosing.h"

namespace tidemark {

/// What a play would have done over the last published days, had it been on.
struct PlayPreview {
  DayRange days;
  std::vector<PlayFiring> firings;  // by day; the last ones with reasons and messages
  std::int64_t held_out = 0;        // of them
  std::int64_t most_in_a_week = 0;  // of those not held out
};

/// Over the last `days` published ones, for all accounts but those `left_out`. The chance of
/// silence is told from what was known then, by today's definition. Fails with `not_found` where
/// nothing is published.
Result<PlayPreview> preview_play(Store& store, const Play& play, int days,
                                 std::set<std::string> left_out, TimeZone zone, const Cores& cores,
                                 const std::function<void(double)>& on_progress);

}  // namespace tidemark
