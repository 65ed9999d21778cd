#include "scoring/level_ladder.h"

#include <algorithm>

#include "base/whole_root.h"

namespace tidemark {
namespace {

constexpr int kRisePercent = 15;
constexpr int kLeastAge = 14;  // a ramping account's pace is reckoned with at least so many days

/// The largest whole number of at most value * numerator / denominator.
std::int64_t share_of(Points value, int numerator, int denominator) {
  return static_cast<std::int64_t>(static_cast<Wide>(value.milli) *
                                   static_cast<unsigned>(numerator) /
                                   static_cast<unsigned>(denominator));
}

}  // namespace

LevelLadder::LevelLadder(std::optional<Cuts> cuts) : has_cuts_(cuts.has_value()) {
  if (!cuts) return;
  for (const Margin margin : {Margin::none, Margin::rising}) {
    const int percent = margin == Margin::rising ? 100 + kRisePercent : 100;
    low_[margin][0] = share_of(cuts->low, percent, 100);
    high_[margin] = share_of(cuts->high, percent, 100);
    for (int age = 1; age < kSettledAge; ++age) {
      // points * 30 / max(age, 14) <= cut, solved for whole points.
      low_[margin][static_cast<std::size_t>(age)] =
          share_of(cuts->low, percent * std::max(age, kLeastAge), 100 * kWindowDays);
    }
  }
}

}  // namespace tidemark
