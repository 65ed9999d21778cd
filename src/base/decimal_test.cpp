#include "base/decimal.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(DecimalNumber, reads_decimals_and_nothing_else) {
  EXPECT_EQ(decimal_number("2"), 2);
  EXPECT_EQ(decimal_number("-2.50"), -2.5);
  EXPECT_EQ(decimal_number("1e3"), 1000);
  EXPECT_EQ(decimal_number("1.5E-1"), 0.15);
  for (const char* text : {"", "-", "+1", ".5", "1.", "1.e3", "1e", "inf", "nan", "0x10", " 1",
                           "1 ", "1,5", "1e999", "12a"}) {
    EXPECT_FALSE(decimal_number(text)) << text;
  }
}

}  // namespace
}  // namespace tidemark
