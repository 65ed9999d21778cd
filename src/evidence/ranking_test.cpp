#include "evidence/ranking.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

// By risk 5 5 4 3 2 2 1 1 1 0: the two of 5 are one that left and one that stayed.
const std::vector<Forecast> kForecasts{{5, true},  {5, false}, {4, true},  {3, false}, {2, true},
                                       {2, false}, {1, false}, {1, false}, {1, false}, {0, false}};

TEST(AreaUnderRoc, counts_pairs_and_half_of_those_that_are_tied) {
  // Of 7 that stayed: 5 beats 6 and ties 1; 4 beats 6; 2 beats 4 and ties 1.
  EXPECT_DOUBLE_EQ(*Ranking(kForecasts).area_under_roc(), (6.5 + 6 + 4.5) / 21);
  EXPECT_FALSE(Ranking({{1, true}}).area_under_roc());
  EXPECT_FALSE(Ranking({{1, false}}).area_under_roc());
}

TEST(AveragePrecision, is_the_mean_share_down_to_each_that_left) {
  EXPECT_DOUBLE_EQ(*Ranking(kForecasts).average_precision(), (1.0 / 2 + 2.0 / 3 + 3.0 / 6) / 3);
  EXPECT_DOUBLE_EQ(*Ranking({{2, true}, {1, false}}).average_precision(), 1);
  EXPECT_FALSE(Ranking({{1, false}}).average_precision());
}

TEST(LiftOfRiskiestTenth, takes_a_part_of_the_ties_at_its_edge) {
  // A tenth is one account, half of the two tied at the top: 1/2 against 3/10.
  EXPECT_DOUBLE_EQ(*Ranking(kForecasts).lift_of_riskiest_tenth(), 0.5 / 0.3);
  EXPECT_DOUBLE_EQ(*Ranking({{2, true}, {1, false}}).lift_of_riskiest_tenth(), 2);
  EXPECT_FALSE(Ranking({}).lift_of_riskiest_tenth());
}

TEST(BrierScore, is_the_mean_squared_distance) {
  EXPECT_DOUBLE_EQ(*brier_score({{0.5, true}, {0.1, false}}), (0.25 + 0.01) / 2);
  EXPECT_FALSE(brier_score({}));
}

TEST(Reliability, compares_what_was_said_with_what_came) {
  std::vector<Forecast> forecasts;
  for (int at = 0; at < 20; ++at) forecasts.push_back({at < 10 ? 0.1 : 0.8, at >= 10 || at == 0});
  const auto bins = reliability(forecasts);
  ASSERT_EQ(bins.size(), 10U);
  std::int64_t count = 0;
  for (const ReliabilityBin& bin : bins) count += bin.count;
  EXPECT_EQ(count, 20);
  EXPECT_DOUBLE_EQ(bins.front().mean_probability, 0.1);
  EXPECT_DOUBLE_EQ(bins.back().share_left, 1);
  // Each of the upper five is 0.2 off; of the lower five four are 0.1 off and one 0.4.
  EXPECT_NEAR(expected_calibration_error(bins), (5 * 0.2 + 4 * 0.1 + 0.4) / 10, 1e-12);
  EXPECT_EQ(expected_calibration_error({}), 0);
}

}  // namespace
}  // namespace tidemark
