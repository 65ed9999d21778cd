#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "model/points.h"

namespace tidemark {

/// What the low cut was derived from.
enum class CutBasis : std::uint8_t {
  churn,           // risk crossing and churned median, blended
  risk_crossing,   // the points at which the risk of silence is average
  churned_median,  // the median points of accounts on their churn day
  typical,         // the 40th percentile of engaged accounts: churn says nothing yet
};

/// Which rule had the last word on the high cut.
enum class HighGuard : std::uint8_t { fence, percentile_95, percentile_85, low_cut_and_quarter };

/// The cuts between levels and the display reference.
struct Cuts {
  Points reference;
  Points low;   // at most this is low
  Points high;  // above this is high

  friend bool operator==(const Cuts&, const Cuts&) = default;
};

/// What was found at the end of a day: the cuts with the sizes of their samples; no cuts with fewer
/// than 20 engaged accounts.
struct Calibration {
  Day day;
  std::int64_t churn_episodes = 0;
  std::int64_t snapshots_left = 0;
  std::int64_t snapshots_stayed = 0;
  std::int64_t engaged_accounts = 0;
  CutBasis basis = CutBasis::typical;       // of no meaning without cuts
  HighGuard high_guard = HighGuard::fence;  // of no meaning without cuts
  std::optional<Cuts> cuts;

  friend bool operator==(const Calibration&, const Calibration&) = default;
};

/// How many snapshots of a kind were followed by 30 silent days, with a 95 % interval of the share
/// (Wilson 1927).
struct SilenceRate {
  std::int64_t left = 0;
  std::int64_t all = 0;
  double share = 0;
  double least = 0;
  double most = 1;

  friend bool operator==(const SilenceRate&, const SilenceRate&) = default;
};

/// A stretch of the curve of silence over points: between these points the rate is the same.
struct RiskStretch {
  Points from;
  Points to;
  SilenceRate rate;

  friend bool operator==(const RiskStretch&, const RiskStretch&) = default;
};

/// Where a cut may as well lie: the middle 95 % of what resampled accounts give.
struct CutInterval {
  Points least;
  Points most;

  friend bool operator==(const CutInterval&, const CutInterval&) = default;
};

/// What a calibration rests on, and whether it passes its own checks (scoring.md §6).
struct CalibrationEvidence {
  std::vector<RiskStretch> curve;  // from few points to many, rates falling
  SilenceRate low;                 // of snapshots at or below the low cut
  SilenceRate medium;
  SilenceRate high;
  SilenceRate above_low;  // medium and high together
  int draws = 0;          // of the resampling that gave cuts at all
  std::optional<CutInterval> low_cut;
  std::optional<CutInterval> high_cut;

  /// Low goes silent at least twice as often as what is above it.
  bool low_earns_its_name() const { return low.share >= 2 * above_low.share && low.left > 0; }
  /// No cut's interval is wider than the cut.
  bool cuts_are_narrow(const Cuts& cuts) const {
    const auto is_narrow = [](const std::optional<CutInterval>& interval, Points cut) {
      return interval && interval->most - interval->least <= cut;
    };
    return is_narrow(low_cut, cuts.low) && is_narrow(high_cut, cuts.high);
  }
  bool is_certain(const Cuts& cuts) const { return low_earns_its_name() && cuts_are_narrow(cuts); }

  friend bool operator==(const CalibrationEvidence&, const CalibrationEvidence&) = default;
};

}  // namespace tidemark
