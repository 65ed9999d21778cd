#include "evidence/logistic_regression.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tidemark {
namespace {

/// Outcomes drawn from log-odds of -1 + 2a - b, of which the third feature knows nothing.
Observations drawn(int count) {
  Random random(7);
  Observations observations;
  observations.features = 3;
  for (int at = 0; at < count; ++at) {
    const auto a = static_cast<float>(random.below(1000)) / 500;
    const auto b = static_cast<float>(random.below(1000)) / 100;
    const auto c = static_cast<float>(random.below(1000));
    observations.values.insert(observations.values.end(), {a, b, c});
    const double p = probability_of(-1 + 2 * double{a} - double{b} / 2);
    observations.outcome.push_back(random.happens(p) ? 1 : 0);
  }
  return observations;
}

double slope_of(const LogisticModel& model, std::size_t feature) {
  return model.terms[feature].weight / model.terms[feature].spread;
}

TEST(FitLogistic, finds_what_the_outcomes_were_drawn_from) {
  const Observations observations = drawn(40'000);
  const LogisticModel model = fit_logistic(observations, 1, Cores(2));
  EXPECT_NEAR(slope_of(model, 0), 2, 0.1);
  EXPECT_NEAR(slope_of(model, 1), -0.5, 0.02);
  EXPECT_NEAR(model.terms[2].weight, 0, 0.05);
  const std::vector<float> none{0, 0, 0};
  EXPECT_NEAR(model.log_odds(none), -1, 0.1);
}

TEST(FitLogistic, is_the_least_loss_there_is) {
  const Observations observations = drawn(500);
  const double ridge = 3;
  const LogisticModel model = fit_logistic(observations, ridge, Cores(1));
  const auto loss = [&](const LogisticModel& of) {
    double sum = 0;
    for (const auto& term : of.terms) sum += ridge / 2 * term.weight * term.weight;
    for (std::size_t at = 0; at < observations.size(); ++at) {
      const double p = probability_of(of.log_odds(observations.row(at)));
      sum -= std::log(observations.outcome[at] == 1 ? p : 1 - p);
    }
    return sum;
  };
  const double least = loss(model);
  for (std::size_t at = 0; at <= observations.features; ++at) {
    for (const double step : {-1e-3, 1e-3}) {
      LogisticModel other = model;
      (at == 0 ? other.intercept : other.terms[at - 1].weight) += step;
      EXPECT_GT(loss(other), least);
    }
  }
}

TEST(FitLogistic, is_the_same_on_any_number_of_threads) {
  const Observations observations = drawn(30'000);
  const LogisticModel one = fit_logistic(observations, 1, Cores(1));
  const LogisticModel four = fit_logistic(observations, 1, Cores(4));
  EXPECT_EQ(one.intercept, four.intercept);
  for (std::size_t at = 0; at < one.terms.size(); ++at) {
    EXPECT_EQ(one.terms[at].weight, four.terms[at].weight);
  }
}

TEST(FitLogistic, says_nothing_by_a_feature_that_never_differs) {
  Observations observations = drawn(1000);
  for (std::size_t at = 2; at < observations.values.size(); at += 3) observations.values[at] = 5;
  const LogisticModel model = fit_logistic(observations, 1, Cores(1));
  EXPECT_EQ(model.part(2, 100), 0);
  EXPECT_TRUE(std::isfinite(model.intercept));
}

TEST(FitLogistic, bears_outcomes_that_a_feature_parts_cleanly) {
  Observations observations;
  observations.features = 1;
  for (int at = 0; at < 200; ++at) {
    observations.values.push_back(static_cast<float>(at));
    observations.outcome.push_back(at < 100 ? 0 : 1);
  }
  const LogisticModel model = fit_logistic(observations, 1, Cores(1));
  EXPECT_GT(model.terms.front().weight, 1);
  EXPECT_TRUE(std::isfinite(model.terms.front().weight));
}

TEST(FitShift, is_shrunk_to_none_where_little_is_known) {
  const std::vector<double> log_odds(1000, 0.0);
  std::vector<std::uint8_t> outcome(1000, 0);
  std::fill(outcome.begin(), outcome.begin() + 200, std::uint8_t{1});
  EXPECT_NEAR(probability_of(fit_shift(log_odds, outcome)), 0.2, 0.005);
  EXPECT_NEAR(fit_shift(std::span(log_odds).first(1), std::span(outcome).last(1)), -0.4, 0.05);
  EXPECT_EQ(fit_shift({}, {}), 0);
}

}  // namespace
}  // namespace tidemark
