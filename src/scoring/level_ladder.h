#pragma once

#include <array>
#include <optional>

#include "model/calibration.h"
#include "model/level.h"
#include "scoring/window.h"

namespace tidemark {

/// The rules that make a level of a window (scoring.md §8). Every comparison with 15 % more than a
/// cut, or with a ramping account's pace, is done in whole milli-points against thresholds worked
/// out once.
class LevelLadder {
 public:
  /// Without cuts there is no ladder: accounts with actions are `engaged`.
  explicit LevelLadder(std::optional<Cuts> cuts);

  /// The level by the plain cuts. `age` is 1 on the account's first active day.
  Level level_of(const Window& window, int age) const {
    return level_of(window, age, Margin::none, Margin::none);
  }

  /// The level for an account whose published level is `standing`: rising needs 15 % more than the
  /// cut.
  Level level_from(Level standing, const Window& window, int age) const {
    return level_of(
        window, age, standing == Level::low ? Margin::rising : Margin::none,
        standing == Level::low || standing == Level::medium ? Margin::rising : Margin::none);
  }

  bool has_cuts() const { return has_cuts_; }

  /// The milli-points up to which an account of this age is low by the plain cut; age 0 stands for
  /// the settled.
  std::int64_t low_up_to(int age) const {
    return low_[Margin::none][static_cast<std::size_t>(age)];
  }

  /// The milli-points above which a settled account is high by the plain cut.
  std::int64_t high_above() const { return high_[Margin::none]; }

  /// From this age on an account is settled; before, it is ramping.
  static constexpr int kSettledAge = kWindowDays + 1;

 private:
  enum Margin : std::uint8_t { none, rising };

  Level level_of(const Window& window, int age, Margin low_margin, Margin high_margin) const {
    if (window.active_days == 0) return Level::inactive;
    if (window.engaged_days == 0) return Level::none;
    if (!has_cuts_) return Level::engaged;
    const bool is_settled = age >= kSettledAge;
    const std::int64_t points = window.points.milli;
    if (points <= low_[low_margin][static_cast<std::size_t>(is_settled ? 0 : age)]) {
      return Level::low;
    }
    return is_settled && points > high_[high_margin] ? Level::high : Level::medium;
  }

  bool has_cuts_;
  // By margin, then age of a ramping account; at 0 for the settled. Points at most this are low.
  std::array<std::array<std::int64_t, kSettledAge>, 2> low_{};
  std::array<std::int64_t, 2> high_{};
};

}  // namespace tidemark
