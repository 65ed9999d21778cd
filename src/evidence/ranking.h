#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tidemark {

/// A forecast and what came: the larger, the likelier an account was said to leave.
struct Forecast {
  double risk = 0;
  bool left = false;
};

/// Forecasts in order of their risk, and how well it told who would leave.
class Ranking {
 public:
  explicit Ranking(std::vector<Forecast> forecasts);

  /// The probability that of one that left and one that stayed the first had the larger risk; ties
  /// count half. None without one of each.
  std::optional<double> area_under_roc() const;

  /// Average precision: the mean, over those that left, of the share that left among all with at
  /// least their risk. None where nobody left.
  std::optional<double> average_precision() const;

  /// How much more often the riskiest tenth (rounded up) left than all did; of ties at its edge a
  /// part counts. None where nobody left.
  std::optional<double> lift_of_riskiest_tenth() const;

 private:
  /// Forecasts of one risk.
  struct Tie {
    std::int64_t left = 0;
    std::int64_t all = 0;
  };

  std::vector<Tie> ties_;  // the riskiest first
  Tie sum_;
};

/// The mean of the values there are; none without any.
std::optional<double> mean_of(const std::vector<std::optional<double>>& values);

/// The mean squared distance of probabilities from what came; none without forecasts.
std::optional<double> brier_score(const std::vector<Forecast>& forecasts);

/// A tenth of the forecasts, by probability: what was said, and what came.
struct ReliabilityBin {
  double mean_probability = 0;
  double share_left = 0;
  std::int64_t count = 0;
};
std::vector<ReliabilityBin> reliability(std::vector<Forecast> forecasts);

/// The mean distance between what was said and what came over the bins, by their counts.
double expected_calibration_error(const std::vector<ReliabilityBin>& bins);

}  // namespace tidemark
