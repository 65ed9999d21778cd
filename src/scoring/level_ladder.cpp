#include "scoring/level_ladder.h"

#include <algorithm>

#include "base/whole_root.h"
#include "scoring/display.h"

namespace tidemark {
namespace {

constexpr int kLeastAge =
    kLeastWindowDays;  // a ramping account's pace is reckoned with at least so many days

/// The largest whole number of at most value * numerator / denominator.
std::int64_t share_of(Points value, int numerator, int denominator) {
  return static_cast<std::int64_t>(static_cast<Wide>(value.milli) *
                                   static_cast<unsigned>(numerator) /
                                   static_cast<unsigned>(denominator));
}

/// The points up to which a 0-10 value of `band` is shown, the edge raised by some percent of its
/// value on 0-100. No edge is beyond 99, so that 100 is above every edge.
Points band_edge(int band, int rise_percent, Points reference) {
  const int shown = 10 * band + 4;  // tenths are rounded, halves up
  return most_points_shown_as(std::min(99, shown * (100 + rise_percent) / 100), reference);
}

LadderCuts band_cuts(const LevelRules& levels, int rise_percent, Points reference) {
  return {band_edge(levels.low_band, rise_percent, reference),
          band_edge(levels.medium_band, rise_percent, reference)};
}

}  // namespace

std::optional<Points> reference_of(const Definition& definition, const std::optional<Cuts>& cuts) {
  if (definition.fixed_reference) return definition.fixed_reference;
  return cuts ? std::optional(cuts->reference) : std::nullopt;
}

std::optional<LadderCuts> ladder_cuts_of(const Definition& definition,
                                         const std::optional<Cuts>& cuts) {
  const LevelRules& levels = definition.levels;
  switch (levels.by) {
    case LevelsBy::churn:
      if (!cuts) return std::nullopt;
      return LadderCuts{cuts->low, cuts->high};
    case LevelsBy::bands: {
      const auto reference = reference_of(definition, cuts);
      if (!reference) return std::nullopt;
      return band_cuts(levels, 0, *reference);
    }
    case LevelsBy::fixed:
      return LadderCuts{levels.fixed_low, levels.fixed_high};
  }
  check_failed("levels by nothing");
}

LevelLadder::LevelLadder(const Definition& definition, const std::optional<Cuts>& cuts)
    : window_days_(definition.window_days), confirm_days_(definition.levels.confirm_days) {
  const auto plain = ladder_cuts_of(definition, cuts);
  if (!plain) return;
  has_cuts_ = true;
  set(Margin::none, *plain, 100);
  const int rise = definition.levels.rise_percent;
  if (definition.levels.by == LevelsBy::bands) {
    set(Margin::rising, band_cuts(definition.levels, rise, *reference_of(definition, cuts)), 100);
  } else {
    set(Margin::rising, *plain, 100 + rise);
  }
}

void LevelLadder::set(Margin margin, LadderCuts cuts, int percent) {
  low_[margin][0] = share_of(cuts.low, percent, 100);
  high_[margin] = share_of(cuts.high, percent, 100);
  for (int age = 1; age < full_age(); ++age) {
    // points * window / max(age, 14) <= cut, solved for whole points.
    low_[margin][static_cast<std::size_t>(age)] =
        share_of(cuts.low, percent * std::max(age, kLeastAge), 100 * window_days_);
  }
}

}  // namespace tidemark
