#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "activity/cores.h"
#include "base/random.h"

namespace tidemark {

/// Observations of what may foretell an outcome: rows of features, and whether it came.
struct Observations {
  std::size_t features = 0;
  std::vector<float> values;          // row by row
  std::vector<std::uint8_t> outcome;  // of each row; 1 = it came

  std::size_t size() const { return outcome.size(); }
  std::span<const float> row(std::size_t at) const {
    return std::span(values).subspan(at * features, features);
  }
};

/// The log-odds of an outcome as a sum: an intercept, and a part for each feature.
struct LogisticModel {
  struct Term {
    double mean = 0;    // of the feature over the observations
    double spread = 0;  // its standard deviation; 0 = it says nothing
    double weight = 0;  // of the feature less its mean, over its spread
  };
  double intercept = 0;  // the log-odds where every feature has its mean
  std::vector<Term> terms;

  /// What a feature adds to the log-odds, compared with its mean.
  double part(std::size_t feature, double value) const {
    const Term& term = terms[feature];
    return term.spread == 0 ? 0 : term.weight * (value - term.mean) / term.spread;
  }
  double log_odds(std::span<const float> row) const;
};

/// The probability of these log-odds.
double probability_of(double log_odds);

/// Which signs weights may have.
enum class Weights : std::uint8_t { any, not_negative };

/// Ridge logistic regression: features are standardised by their mean and population deviation; the
/// loss is the summed log loss plus ridge/2 times the squared weights, the intercept free; Newton's
/// method from 0, with steps halved while they do not help; where weights must not be negative each
/// step minimises the same second-order model among those that are not. The same for any number of
/// threads. There is at least one observation.
LogisticModel fit_logistic(const Observations& observations, double ridge, const Cores& cores,
                           Weights weights = Weights::any);

/// What else the weights of `model` might have been: each draw takes as many groups of observations
/// as there are, at random and with repetition, and makes one step from the model to the weights
/// that fit them (the bootstrap of estimating functions: Hu and Kalbfleisch 2000). `group` is of
/// each observation, ascending. Result: by draw, the weight of each feature, as in
/// `LogisticModel::Term`.
std::vector<std::vector<double>> redraw_weights(const Observations& observations,
                                                std::span<const std::uint32_t> group,
                                                const LogisticModel& model, double ridge,
                                                Weights weights, int draws, Random random,
                                                const Cores& cores);

/// How far to shift log-odds so that they fit these outcomes, shrunk to 0 as by a normal prior of
/// deviation 1. Both of one length.
double fit_shift(std::span<const double> log_odds, std::span<const std::uint8_t> outcome);

}  // namespace tidemark
