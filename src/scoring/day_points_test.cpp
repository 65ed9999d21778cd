#include "scoring/day_points.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(ActionPoints, follow_the_repeat_rule_and_the_cap) {
  const Action diminishing{"", {}, Points{5000}, Repeat::diminishing, 0};
  EXPECT_EQ(action_points(diminishing, 0), 0);
  EXPECT_EQ(action_points(diminishing, 1), 5000);
  EXPECT_EQ(action_points(diminishing, 3), 8660);  // 5 * sqrt(3) = 8.66025
  EXPECT_EQ(action_points(diminishing, 4), 10000);
  const Action every{"", {}, Points{8000}, Repeat::every, 2};
  EXPECT_EQ(action_points(every, 1), 8000);
  EXPECT_EQ(action_points(every, 5), 16000);
  const Action once{"", {}, Points{3000}, Repeat::once, 0};
  EXPECT_EQ(action_points(once, 1), 3000);
  EXPECT_EQ(action_points(once, 40), 3000);
  const Action nothing{"", {}, Points{0}, Repeat::diminishing, 0};
  EXPECT_EQ(action_points(nothing, 7), 0);
}

TEST(ActionPoints, stay_exact_at_the_limits) {
  const Action most{"", {}, kMostPoints, Repeat::diminishing, kMostPerDay};
  EXPECT_EQ(action_points(most, kMostPerDay), 1'000'000'000);
  EXPECT_EQ(action_points(most, 2 * kMostPerDay), 1'000'000'000);
  EXPECT_EQ(action_points(most, 2), 1'414'214);  // 1,000,000 * sqrt(2) = 1,414,213.56
  const Action every{"", {}, kMostPoints, Repeat::every, 0};
  EXPECT_EQ(action_points(every, 4'000'000'000), 4'000'000'000'000'000);
}

TEST(CompilePoints, makes_what_is_no_activity_worth_nothing) {
  Definition definition;
  definition.not_activity = {"bounced"};
  definition.actions = {{"A", Rule::of_event("a"), Points{2000}, Repeat::every, 0},
                        {"B", Rule::of_event("bounced"), Points{9000}, Repeat::every, 0}};
  const PointsTable table =
      compile_points(definition, {{0, 3}, {1, 1}, {2, 1}}, Signals{{"a", "bounced", "login"}, {}});
  EXPECT_EQ(table.of_kind[0].milli_points, 6000);
  EXPECT_TRUE(table.of_kind[0].engages);
  EXPECT_FALSE(table.of_kind[1].is_activity);
  EXPECT_EQ(table.of_kind[1].milli_points, 0);
  EXPECT_TRUE(table.of_kind[2].is_activity);
  EXPECT_FALSE(table.of_kind[2].engages);
}

}  // namespace
}  // namespace tidemark
