#include "api/lanes.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Lanes, overtake_those_that_wait_under_the_same_name) {
  Lanes lanes;
  std::promise<void> go_on;
  std::promise<void> begun;
  auto may_go_on = go_on.get_future();
  std::atomic<int> done{0}, refused{0};
  ASSERT_TRUE(lanes.post(Lane::slow, {[&] {
                                        begun.set_value();
                                        may_go_on.wait();
                                      },
                                      [] {}}));
  begun.get_future().wait();
  std::promise<void> last;
  for (int at = 0; at < 5; ++at) {
    ASSERT_TRUE(lanes.post(Lane::slow, {[&, at] {
                                          done += at;
                                          last.set_value();
                                        },
                                        [&] { ++refused; },
                                        {},
                                        "ana"}));
  }
  EXPECT_EQ(refused, 4);
  EXPECT_EQ(lanes.waiting(Lane::slow), 1);
  go_on.set_value();
  last.get_future().wait();
  EXPECT_EQ(done, 4);
}

TEST(Lanes, refuse_what_is_too_much_and_what_waits_when_they_stop) {
  Lanes lanes;
  std::promise<void> go_on;
  std::promise<void> begun;
  auto may_go_on = go_on.get_future();
  std::atomic<int> refused{0};
  ASSERT_TRUE(lanes.post(Lane::signing, {[&] {
                                           begun.set_value();
                                           may_go_on.wait();
                                         },
                                         [] {}}));
  begun.get_future().wait();
  int taken = 0;
  while (lanes.post(Lane::signing, {[] {}, [&] { ++refused; }})) ++taken;
  EXPECT_EQ(taken, 16);
  std::thread stopping([&] { lanes.stop(); });
  while (refused < taken) std::this_thread::yield();
  go_on.set_value();
  stopping.join();
  EXPECT_FALSE(lanes.post(Lane::quick, {[] {}, [] {}}));
}

TEST(Lanes, go_on_after_a_task_that_throws) {
  Lanes lanes;
  std::promise<std::string> failed;
  ASSERT_TRUE(lanes.post(
      Lane::slow, {[] { throw std::runtime_error("no"); }, [] {},
                   [&](const std::exception& failure) { failed.set_value(failure.what()); }}));
  EXPECT_EQ(failed.get_future().get(), "no");
  std::promise<void> done;
  ASSERT_TRUE(lanes.post(Lane::slow, {[&] { done.set_value(); }, [] {}}));
  done.get_future().wait();
}

}  // namespace
}  // namespace tidemark
