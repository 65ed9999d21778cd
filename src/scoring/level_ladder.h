#pragma once

#include <array>
#include <optional>

#include "model/calibration.h"
#include "model/level.h"
#include "scoring/window.h"

namespace tidemark {

/// The points shown as 50 under a definition and the calibration in force; none while neither says.
std::optional<Points> reference_of(const Definition& definition, const std::optional<Cuts>& cuts);

/// The points up to which an account is low, and above which it is high, under a definition and the
/// calibration in force; none while there is no ladder.
struct LadderCuts {
  Points low;
  Points high;

  friend bool operator==(const LadderCuts&, const LadderCuts&) = default;
};
std::optional<LadderCuts> ladder_cuts_of(const Definition& definition,
                                         const std::optional<Cuts>& cuts);

/// How long an account has been there: what a level asks beside its points.
struct Seniority {
  int age = 0;  // 1 on the first active day
  bool is_settled = false;
};

/// The rules that make a level of a window (scoring.md §8). Every comparison with some percent more
/// than a cut, or with a ramping account's pace, is done in whole milli-points against thresholds
/// worked out once.
class LevelLadder {
 public:
  /// Under a definition and the calibration in force. Without cuts there is no ladder: accounts
  /// with actions are `engaged`.
  LevelLadder(const Definition& definition, const std::optional<Cuts>& cuts);

  /// The ladder of calibrated cuts under the usual rules.
  explicit LevelLadder(const Cuts& cuts) : LevelLadder(Definition{}, cuts) {}

  /// The level by the plain cuts.
  Level level_of(const Window& window, Seniority seniority) const {
    return level_of(window, seniority, Margin::none, Margin::none);
  }

  /// The level for an account whose published level is `standing`: rising needs more than the cut.
  Level level_from(Level standing, const Window& window, Seniority seniority) const {
    return level_of(
        window, seniority, standing == Level::low ? Margin::rising : Margin::none,
        standing == Level::low || standing == Level::medium ? Margin::rising : Margin::none);
  }

  bool has_cuts() const { return has_cuts_; }
  int window_days() const { return window_days_; }
  int confirm_days() const { return confirm_days_; }

  /// The milli-points up to which a ramping account of this age is low by the plain cut; age 0
  /// stands for the settled, and for those whose age no longer counts.
  std::int64_t low_up_to(int age) const {
    return low_[Margin::none][static_cast<std::size_t>(age)];
  }

  /// The milli-points above which a settled account is high by the plain cut.
  std::int64_t high_above() const { return high_[Margin::none]; }

  /// From this age on a ramping account's pace is its points.
  int full_age() const { return window_days_ + 1; }

 private:
  enum Margin : std::uint8_t { none, rising };

  void set(Margin margin, LadderCuts cuts, int percent);

  Level level_of(const Window& window, Seniority seniority, Margin low_margin,
                 Margin high_margin) const {
    if (window.active_days == 0) return Level::inactive;
    if (window.engaged_days == 0) return Level::none;
    if (!has_cuts_) return Level::engaged;
    const std::int64_t points = window.points().milli;
    const bool is_full = seniority.is_settled || seniority.age >= full_age();
    if (points <= low_[low_margin][static_cast<std::size_t>(is_full ? 0 : seniority.age)]) {
      return Level::low;
    }
    return seniority.is_settled && points > high_[high_margin] ? Level::high : Level::medium;
  }

  bool has_cuts_ = false;
  int window_days_;
  int confirm_days_;
  // By margin, then age of a ramping account; at 0 for the settled. Points at most this are low.
  std::array<std::array<std::int64_t, kMostWindowDays + 1>, 2> low_{};
  std::array<std::int64_t, 2> high_{};
};

}  // namespace tidemark
