#include "model/points.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Points, read_well) {
  EXPECT_EQ(readable_points(Points{26'660}), "26.7");
  EXPECT_EQ(readable_points(Points{12'000}), "12");
  EXPECT_EQ(readable_points(Points{49}), "0");
  EXPECT_EQ(readable_points(Points{-1'250}), "-1.3");
  EXPECT_EQ(readable_points(Points{-20}), "0");
  EXPECT_EQ(exact_points(Points{26'660}), "26.66");
  EXPECT_EQ(exact_points(Points{-5}), "-0.005");
  EXPECT_EQ(exact_points(Points{3'000}), "3");
}

}  // namespace
}  // namespace tidemark
