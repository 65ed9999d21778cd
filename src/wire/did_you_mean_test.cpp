#include "wire/did_you_mean.h"

#include <array>

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(DidYouMean, names_the_nearest_word_or_all) {
  constexpr std::array<std::string_view, 3> kKnown = {"points", "repeat", "cap_per_day"};
  EXPECT_EQ(did_you_mean("point", kKnown), "did you mean \"points\"?");
  EXPECT_EQ(did_you_mean("cap_per_days", kKnown), "did you mean \"cap_per_day\"?");
  EXPECT_EQ(did_you_mean("weight", kKnown), "known here: points, repeat, cap_per_day");
  EXPECT_FALSE(nearest_word("x", kKnown));
}

}  // namespace
}  // namespace tidemark
