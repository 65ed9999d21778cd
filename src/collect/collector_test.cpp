#include "collect/collector.h"

#include <algorithm>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "store/duckdb/duckdb_store.h"

namespace tidemark {
namespace {

Instant at(int hour) {
  return Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}} + std::chrono::hours{hour};
}

Delivery delivery() { return {"test", at(1000)}; }

/// Collects the deliveries from as many threads as there are, and gives back the store.
std::unique_ptr<Store> collected(std::vector<std::vector<Delivery>> of_threads) {
  auto store = *open_duckdb_store({});
  std::mutex store_lock;
  std::atomic<int> answered{0};
  std::size_t count = 0;
  {
    const auto collector =
        *Collector::start(*store, store_lock, [](const auto&, const auto&) {}, [](const Error&) {});
    std::vector<std::jthread> threads;
    for (auto& deliveries : of_threads) {
      count += deliveries.size();
      threads.emplace_back([&] {
        for (Delivery& one : deliveries) {
          EXPECT_TRUE(collector->submit(std::move(one), [&](const Result<void>& stored) {
            EXPECT_TRUE(stored);
            ++answered;
          }));
        }
      });
    }
  }
  EXPECT_EQ(static_cast<std::size_t>(answered), count);
  return store;
}

TEST(Collector, stores_what_many_send_at_once_each_message_once) {
  std::vector<std::vector<Delivery>> of_threads(4);
  for (int thread = 0; thread < 4; ++thread) {
    for (int request = 0; request < 50; ++request) {
      Delivery one = delivery();
      for (int event = 0; event < 10; ++event) {
        const int number = (request * 10 + event) * (thread % 2 + 1);
        EXPECT_FALSE(one.event({fmt::format("a{}", number % 7), "ann", ""}, "opened", "{}",
                               at(event), fmt::format("message {}", number)));
      }
      of_threads[static_cast<std::size_t>(thread)].push_back(std::move(one));
    }
  }
  const auto store = collected(std::move(of_threads));
  EXPECT_EQ(*store->event_count(), 750U);  // 0 … 499, and the even ones up to 998
  EXPECT_EQ(store->account_ids()->size(), 7U);
  EXPECT_EQ(store->event_names()->size(), 1U);
}

TEST(Collector, says_the_same_of_whose_an_event_is_in_any_order) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Random random(seed);
    // No two of the same kind at the same instant: which was said later is then no matter.
    std::vector<std::function<void(Delivery&)>> sayings;
    for (int hour = 0; hour < 12; ++hour) {
      const auto user = fmt::format("u{}", random.below(3));
      const auto account = fmt::format("a{}", random.below(3));
      const auto visitor = fmt::format("v{}", random.below(4));
      sayings.push_back([=](Delivery& one) { one.belongs(user, account, at(2 * hour)); });
      if (hour < 4) {
        // Each visitor is one user's.
        sayings.push_back(
            [=](Delivery& one) { one.is_same(fmt::format("v{}", hour), user, at(2 * hour + 1)); });
      }
      sayings.push_back([=](Delivery& one) {
        EXPECT_FALSE(one.event({"", hour % 2 == 0 ? user : "", visitor}, "opened", "{}",
                               at(2 * hour), fmt::format("m{}", hour)));
      });
    }
    std::vector<std::string> first;
    for (int order = 0; order < 4; ++order) {
      std::vector<std::vector<Delivery>> one_thread(1);
      for (const auto& say : sayings) {
        one_thread[0].push_back(delivery());
        say(one_thread[0].back());
      }
      const auto store = collected(std::move(one_thread));
      const auto accounts = *store->account_ids();
      std::vector<std::string> whose;
      const auto arrived = *store->arrived_since(0, 100);
      for (const ArrivedEvent& event : arrived) {
        whose.push_back(fmt::format("{} {} {} {}", event.at.time_since_epoch().count(), event.user,
                                    event.anonymous,
                                    event.account == kNoAccount ? "–" : accounts[event.account]));
      }
      std::ranges::sort(whose);
      if (order == 0) first = whose;
      EXPECT_EQ(whose, first) << "seed " << seed;
      for (std::size_t last = sayings.size(); last > 1; --last) {
        std::swap(sayings[last - 1],
                  sayings[static_cast<std::size_t>(random.below(static_cast<int>(last)))]);
      }
    }
  }
}

TEST(Collector, keeps_what_it_refuses) {
  Delivery one = delivery();
  const auto problem = one.event({"null", "undefined", ""}, "opened", "{}", at(0), "m");
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->reason, RejectReason::missing_user);
  one.refuse(problem->reason, problem->field, problem->value, "{\"event\":\"opened\"}");
  std::vector<std::vector<Delivery>> one_thread(1);
  one_thread[0].push_back(std::move(one));
  const auto store = collected(std::move(one_thread));
  ASSERT_EQ(store->refusals(10)->size(), 1U);
  EXPECT_EQ(store->refusals(10)->front().message, "{\"event\":\"opened\"}");
  EXPECT_EQ(*store->event_count(), 0U);
}

}  // namespace
}  // namespace tidemark
