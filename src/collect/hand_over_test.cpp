#include "collect/hand_over.h"

#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(HandOver, hands_every_item_over_in_order) {
  HandOver<int> items;
  std::jthread giving([&] {
    for (int at = 0; at < 2000; ++at) ASSERT_TRUE(items.give(at));
    items.finish();
  });
  std::vector<int> taken;
  while (const auto item = items.take()) taken.push_back(*item);
  std::vector<int> expected(2000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(taken, expected);
}

TEST(HandOver, lets_the_giver_go_when_nothing_more_is_wanted) {
  HandOver<int> items;
  bool was_wanted = true;
  {
    std::jthread giving([&] {
      for (int at = 0; was_wanted; ++at) was_wanted = items.give(at);
    });
    EXPECT_EQ(items.take(), 0);
    items.close();
  }
  EXPECT_FALSE(was_wanted);
}

}  // namespace
}  // namespace tidemark
