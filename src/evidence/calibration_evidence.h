#pragma once

#include <span>

#include "evidence/calibration.h"

namespace tidemark {

/// The share of `left` among `all` with its 95 % interval (Wilson 1927).
SilenceRate silence_rate(std::int64_t left, std::int64_t all);

/// Counts what was followed by silence.
struct SilenceCount {
  std::int64_t left = 0;
  std::int64_t all = 0;

  void add(bool has_left) {
    left += has_left ? 1 : 0;
    ++all;
  }
  SilenceCount& operator+=(const SilenceCount& other) {
    left += other.left;
    all += other.all;
    return *this;
  }
  SilenceRate rate() const { return silence_rate(left, all); }
};

/// The decreasing curve of silence over points that fits the snapshots best (isotonic regression,
/// pooling neighbours that are the wrong way round). Both samples in any order.
std::vector<RiskStretch> risk_curve(const std::vector<std::int64_t>& left,
                                    const std::vector<std::int64_t>& stayed);

/// What `calibration`, which has cuts, rests on. `by_account` are its samples in byte order of the
/// accounts' ids: the cuts are made anew from 200 draws of accounts with replacement, each by a
/// generator seeded from one that is seeded with the calibration's day.
CalibrationEvidence gather_evidence(const Calibration& calibration,
                                    std::span<const CalibrationSamples> by_account,
                                    const Cores& cores);

}  // namespace tidemark
