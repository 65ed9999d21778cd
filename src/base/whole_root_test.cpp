#include "base/whole_root.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark {
namespace {

TEST(WholeRoot, is_exact_around_squares) {
  for (const std::uint64_t root :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{94'906'265},
        std::uint64_t{2'000'000'000}, std::uint64_t{4'294'967'295},
        std::uint64_t{9'000'000'000'000'000'000}}) {
    const Wide square = Wide{root} * root;
    EXPECT_EQ(whole_root(square), root);
    EXPECT_EQ(whole_root(square - 1), root - 1);
    EXPECT_EQ(whole_root(square + 2 * root), root);
  }
  EXPECT_EQ(whole_root(0), 0U);
}

RC_GTEST_PROP(WholeRoot, is_the_largest_whose_square_fits,
              (std::uint64_t high, std::uint64_t low)) {
  const Wide value = (Wide{high} << 64 | low) >> 3;
  const Wide root = whole_root(value);
  RC_ASSERT(root * root <= value);
  RC_ASSERT((root + 1) * (root + 1) > value);
}

}  // namespace
}  // namespace tidemark
