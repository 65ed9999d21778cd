#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

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

}  // namespace tidemark
