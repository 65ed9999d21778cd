#include "evidence/survival.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(SurvivalCurve, counts_who_is_lost_sight_of_until_then) {
  // Six: one ends on day 2 of 6, one on day 4 of 4 (one was lost sight of on 3), two are left.
  const auto curve = survival_curve(
      {{4, true}, {2, true}, {3, false}, {10, false}, {10, false}, {8, true}}, {1, 2, 5, 8, 20});
  ASSERT_EQ(curve.size(), 5U);
  EXPECT_DOUBLE_EQ(curve[0].share, 1);
  EXPECT_EQ(curve[0].at_risk, 6);
  EXPECT_DOUBLE_EQ(curve[1].share, 5.0 / 6);
  EXPECT_DOUBLE_EQ(curve[2].share, 5.0 / 6 * 3 / 4);
  EXPECT_DOUBLE_EQ(curve[3].share, 5.0 / 6 * 3 / 4 * 2 / 3);
  EXPECT_EQ(curve[4].at_risk, 0);
  EXPECT_DOUBLE_EQ(curve[4].share, curve[3].share);
}

TEST(SurvivalCurve, of_nobody_stays_whole) {
  EXPECT_DOUBLE_EQ(survival_curve({}, {30}).front().share, 1);
}

}  // namespace
}  // namespace tidemark
