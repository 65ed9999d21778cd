#include "evidence/calibration_evidence.h"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark {
namespace {

TEST(SilenceRate, has_wilsons_interval) {
  // By hand: 10 of 20 gives (0.5 + z²/40 ± z √(0.25/20 + z²/1600)) / (1 + z²/20).
  const SilenceRate half = silence_rate(10, 20);
  EXPECT_DOUBLE_EQ(half.share, 0.5);
  EXPECT_NEAR(half.least, 0.2992980, 1e-6);
  EXPECT_NEAR(half.most, 0.7007020, 1e-6);
  const SilenceRate none = silence_rate(0, 10);
  EXPECT_DOUBLE_EQ(none.least, 0);
  EXPECT_NEAR(none.most, 0.2775328, 1e-6);
  const SilenceRate all = silence_rate(10, 10);
  EXPECT_NEAR(all.least, 0.7224672, 1e-6);
  EXPECT_DOUBLE_EQ(all.most, 1);
  EXPECT_EQ(silence_rate(0, 0).most, 1);
}

TEST(RiskCurve, pools_neighbours_that_are_the_wrong_way_round) {
  // Rates by points: 1 → 1/1, 2 → 0/1, 3 → 1/2, 4 → 0/1; 2 and 3 pool to 1/3.
  const auto curve = risk_curve({1, 3}, {2, 3, 4});
  ASSERT_EQ(curve.size(), 3U);
  EXPECT_EQ(curve[0], (RiskStretch{Points{1}, Points{1}, silence_rate(1, 1)}));
  EXPECT_EQ(curve[1], (RiskStretch{Points{2}, Points{3}, silence_rate(1, 3)}));
  EXPECT_EQ(curve[2], (RiskStretch{Points{4}, Points{4}, silence_rate(0, 1)}));
  EXPECT_TRUE(risk_curve({}, {}).empty());
}

/// Isotonic regression another way: the fit at x is max over ends ≥ x of min over begins ≤ x of the
/// mean between, for a decreasing curve.
double min_max_fit(const std::vector<std::pair<std::int64_t, bool>>& ordered, std::int64_t x) {
  double fit = 2;
  for (const auto& [begin, ignored] : ordered) {
    if (begin > x) break;
    double largest = -1;
    for (const auto& [end, ignored_too] : ordered) {
      if (end < x) continue;
      double left = 0;
      double all = 0;
      for (const auto& [points, has_left] : ordered) {
        if (points < begin || points > end) continue;
        left += has_left ? 1 : 0;
        all += 1;
      }
      largest = std::max(largest, left / all);
    }
    fit = std::min(fit, largest);
  }
  return fit;
}

RC_GTEST_PROP(RiskCurve, is_the_isotonic_regression, ()) {
  const auto points =
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 12));
  const auto left = *points;
  const auto stayed = *points;
  std::vector<std::pair<std::int64_t, bool>> ordered;
  for (const auto x : left) ordered.emplace_back(x, true);
  for (const auto x : stayed) ordered.emplace_back(x, false);
  std::ranges::sort(ordered);
  std::int64_t counted = 0;
  double before = 2;
  for (const RiskStretch& stretch : risk_curve(left, stayed)) {
    RC_ASSERT(stretch.rate.share < before);
    before = stretch.rate.share;
    counted += stretch.rate.all;
    for (const auto& [x, ignored] : ordered) {
      if (stretch.from.milli <= x && x <= stretch.to.milli) {
        RC_ASSERT(std::abs(min_max_fit(ordered, x) - stretch.rate.share) < 1e-12);
      }
    }
  }
  RC_ASSERT(counted == std::ssize(ordered));
}

TEST(GatherEvidence, gives_the_same_intervals_on_any_number_of_threads) {
  std::vector<CalibrationSamples> accounts;
  for (std::int64_t at = 1; at <= 60; ++at) {
    CalibrationSamples samples;
    samples.pool = {at * 1000, at * 1100};
    samples.engaged = {at * 1000};
    (at % 3 == 0 && at < 40 ? samples.left : samples.stayed) = {at * 900, at * 1000};
    accounts.push_back(samples);
  }
  CalibrationSamples all;
  for (const auto& samples : accounts) all.add(samples);
  const Calibration calibration = calibrate(Day{20'000}, all);
  ASSERT_TRUE(calibration.cuts);
  const auto evidence = gather_evidence(calibration, accounts, Cores(1));
  EXPECT_EQ(evidence, gather_evidence(calibration, accounts, Cores(3)));
  EXPECT_GT(evidence.draws, 150);
  ASSERT_TRUE(evidence.low_cut && evidence.high_cut);
  EXPECT_LT(evidence.low_cut->least, calibration.cuts->low);
  EXPECT_GT(evidence.low_cut->most, calibration.cuts->low);
  EXPECT_EQ(evidence.low.all + evidence.above_low.all, 120);
  EXPECT_EQ(evidence.medium.all + evidence.high.all, evidence.above_low.all);
}

TEST(GatherEvidence, says_when_low_does_not_earn_its_name) {
  CalibrationEvidence evidence;
  evidence.low = silence_rate(19, 100);
  evidence.above_low = silence_rate(10, 100);
  EXPECT_FALSE(evidence.low_earns_its_name());
  evidence.low = silence_rate(20, 100);
  EXPECT_TRUE(evidence.low_earns_its_name());
  const Cuts cuts{Points{10}, Points{10}, Points{50}};
  EXPECT_FALSE(evidence.cuts_are_narrow(cuts));
  evidence.low_cut = CutInterval{Points{5}, Points{15}};
  evidence.high_cut = CutInterval{Points{40}, Points{90}};
  EXPECT_TRUE(evidence.is_certain(cuts));
  evidence.low_cut->most = Points{16};
  EXPECT_FALSE(evidence.is_certain(cuts));
}

}  // namespace
}  // namespace tidemark
