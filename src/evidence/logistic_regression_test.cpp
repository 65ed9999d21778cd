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

/// The summed log loss plus ridge/2 times the squared weights.
double loss_of(const LogisticModel& model, const Observations& observations, double ridge) {
  double sum = 0;
  for (const auto& term : model.terms) sum += ridge / 2 * term.weight * term.weight;
  for (std::size_t at = 0; at < observations.size(); ++at) {
    const double p = probability_of(model.log_odds(observations.row(at)));
    sum -= std::log(observations.outcome[at] == 1 ? p : 1 - p);
  }
  return sum;
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
  const auto loss = [&](const LogisticModel& of) { return loss_of(of, observations, ridge); };
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

TEST(FitLogistic, is_the_least_loss_there_is_without_negative_weights) {
  const Observations observations = drawn(2000);
  const double ridge = 2;
  const LogisticModel free = fit_logistic(observations, ridge, Cores(1));
  const LogisticModel model = fit_logistic(observations, ridge, Cores(1), Weights::not_negative);
  EXPECT_LT(free.terms[1].weight, 0);
  EXPECT_EQ(model.terms[1].weight, 0);
  const auto loss = [&](const LogisticModel& of) { return loss_of(of, observations, ridge); };
  const double least = loss(model);
  for (std::size_t at = 0; at <= observations.features; ++at) {
    for (const double step : {-1e-3, 1e-3}) {
      LogisticModel other = model;
      double& weight = at == 0 ? other.intercept : other.terms[at - 1].weight;
      weight += step;
      if (at > 0 && weight < 0) continue;
      EXPECT_GT(loss(other), least) << at << " " << step;
    }
  }
}

TEST(FitLogistic, weights_that_need_no_bound_are_those_without_one) {
  Observations observations = drawn(3000);
  for (std::size_t at = 1; at < observations.values.size(); at += 3) observations.values[at] *= -1;
  for (std::size_t at = 2; at < observations.values.size(); at += 3) observations.values[at] = 1;
  const LogisticModel free = fit_logistic(observations, 1, Cores(2));
  const LogisticModel bound = fit_logistic(observations, 1, Cores(2), Weights::not_negative);
  EXPECT_NEAR(free.intercept, bound.intercept, 1e-8);
  for (std::size_t at = 0; at < 3; ++at) {
    EXPECT_NEAR(free.terms[at].weight, bound.terms[at].weight, 1e-8);
  }
}

TEST(RedrawWeights, spread_as_weights_of_other_samples_do) {
  // Weights of many samples of their own, against draws from one of them.
  const auto deviation = [](const std::vector<double>& values) {
    double mean = 0;
    double squares = 0;
    for (const double value : values) mean += value / static_cast<double>(values.size());
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size()));
  };
  const Observations all = drawn(100'000);
  constexpr std::size_t kRows = 1000;
  const auto part = [&](std::size_t at) {
    Observations some;
    some.features = all.features;
    for (std::size_t row = at * kRows; row < (at + 1) * kRows; ++row) {
      some.values.insert(some.values.end(), all.row(row).begin(), all.row(row).end());
      some.outcome.push_back(all.outcome[row]);
    }
    return some;
  };
  std::vector<double> of_samples;
  for (std::size_t at = 0; at < 100; ++at) {
    of_samples.push_back(fit_logistic(part(at), 1, Cores(1)).terms[0].weight);
  }
  std::vector<std::uint32_t> group(kRows);
  for (std::size_t at = 0; at < kRows; ++at) group[at] = static_cast<std::uint32_t>(at);
  const Observations one = part(0);
  const LogisticModel model = fit_logistic(one, 1, Cores(1));
  const auto draws = redraw_weights(one, group, model, 1, Weights::any, 400, Random(1), Cores(1));
  std::vector<double> of_draws;
  for (const auto& draw : draws) of_draws.push_back(draw[0]);
  EXPECT_NEAR(deviation(of_draws) / deviation(of_samples), 1, 0.25);
  double mean = 0;
  for (const double weight : of_draws) mean += weight / 400;
  EXPECT_NEAR(mean, model.terms[0].weight, 0.02);
}

TEST(RedrawWeights, observations_of_one_group_are_drawn_together) {
  // Ten copies of each observation say no more than one.
  const Observations once = drawn(500);
  Observations often;
  often.features = once.features;
  std::vector<std::uint32_t> alone;
  std::vector<std::uint32_t> together;
  for (std::size_t at = 0; at < once.size(); ++at) {
    alone.push_back(static_cast<std::uint32_t>(at));
    for (int copy = 0; copy < 10; ++copy) {
      often.values.insert(often.values.end(), once.row(at).begin(), once.row(at).end());
      often.outcome.push_back(once.outcome[at]);
      together.push_back(static_cast<std::uint32_t>(at));
    }
  }
  const LogisticModel model = fit_logistic(once, 1, Cores(1));
  const LogisticModel same = fit_logistic(often, 10, Cores(1));
  const auto one = redraw_weights(once, alone, model, 1, Weights::any, 20, Random(3), Cores(1));
  const auto ten = redraw_weights(often, together, same, 10, Weights::any, 20, Random(3), Cores(1));
  for (std::size_t draw = 0; draw < one.size(); ++draw) {
    for (std::size_t at = 0; at < 3; ++at) EXPECT_NEAR(one[draw][at], ten[draw][at], 1e-7);
  }
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
