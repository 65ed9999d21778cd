#include "scoring/display.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Display, is_50_for_the_typical_67_for_twice_75_for_three_times_90_for_nine_times) {
  const Points reference{11'000};
  EXPECT_EQ(display_of(Points{0}, reference), 0);
  EXPECT_EQ(display_of(Points{11'000}, reference), 50);
  EXPECT_EQ(display_of(Points{22'000}, reference), 67);
  EXPECT_EQ(display_of(Points{33'000}, reference), 75);
  EXPECT_EQ(display_of(Points{99'000}, reference), 90);
  EXPECT_EQ(display_of(Points{1'000'000'000'000'000}, reference), 100);
}

TEST(Display, rounds_halves_up) {
  EXPECT_EQ(display_of(Points{1}, Points{199}), 1);  // exactly 0.5
  EXPECT_EQ(display_of(Points{1}, Points{200}), 0);
}

}  // namespace
}  // namespace tidemark
