#pragma once

#include <array>

#include "evidence/calibration_evidence.h"
#include "evidence/logistic_regression.h"
#include "evidence/silence.h"

namespace tidemark {

/// What the probability of silence is made of.
enum class SilenceSign : std::uint8_t { habit, tenure, recency };
inline constexpr std::size_t kSilenceSigns = 3;

/// The probability that an account is silent for the 30 days after a day (scoring.md §10): additive
/// in ln(1 + habit), ln(1 + tenure) and ln(1 + silent days), each in days; fitted on what was known
/// at the end of a day.
class SilenceModel {
 public:
  /// Why there is none: snapshots that were followed by silence, and others; 40 of each are needed.
  struct TooFew {
    std::int64_t left = 0;
    std::int64_t stayed = 0;
  };

  /// Fitted on weekly snapshots of the three years whose 30 days had passed by `day`, then shifted
  /// to those of its last 120 days. Of very many accounts every n-th is looked at.
  static std::variant<SilenceModel, TooFew> fit(const ScoredActivity& activity, Day day,
                                                const Cores& cores);

  double log_odds(const SilenceSigns& signs) const;
  double probability(const SilenceSigns& signs) const { return probability_of(log_odds(signs)); }

  /// What each sign adds to the log-odds, compared with the average snapshot; with `base` they add
  /// up to the log-odds.
  std::array<double, kSilenceSigns> parts(const SilenceSigns& signs) const;
  double base() const { return model_.intercept + shift_; }

  /// What came of the snapshots of the last year, a month apart, whose log-odds are nearest: up to
  /// 100 within 0.5, but 20 at least.
  SilenceRate of_similar(const SilenceSigns& signs) const;

  const LogisticModel& model() const { return model_; }
  double shift() const { return shift_; }
  std::int64_t left() const { return left_; }
  std::int64_t stayed() const { return stayed_; }

 private:
  struct Known {
    double log_odds = 0;
    bool left = false;
  };

  LogisticModel model_;
  double shift_ = 0;
  std::int64_t left_ = 0;
  std::int64_t stayed_ = 0;
  std::vector<Known> known_;  // of the last year, by log-odds
};

}  // namespace tidemark
