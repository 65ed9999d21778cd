#include "score/live_activity.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "score/account_activity.h"
#include "store/duckdb/duckdb_store.h"

namespace tidemark {
namespace {

Instant at(int hour) {
  return Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}} + std::chrono::hours{hour};
}

/// What is said in random order to a store, and followed.
class Saying {
 public:
  explicit Saying(const Definition& definition, std::uint64_t seed)
      : definition_(definition), random_(seed), store_(*open_duckdb_store({})) {
    live_ = *LiveActivity::load(*store_, definition_);
  }

  /// Some events and some news, in one transaction.
  void step(bool may_change_the_past) {
    CollectStep step;
    for (int count = 1 + random_.below(6); count > 0; --count) {
      const int kind = random_.below(may_change_the_past ? 10 : 6);
      if (kind < 6) {
        say_event(step);
      } else if (kind < 8) {
        say_belonging(step);
      } else {
        step.intake.aliases.push_back({visitor(), user(), at(random_.below(200))});
      }
    }
    const auto is_new = store_->collect(step);
    ASSERT_TRUE(is_new) << is_new.error().message;
    live_->follow(step, *is_new);
  }

  void expect_what_the_store_has() {
    const auto known = *store_->identity();
    const Identity& identity = *known;
    for (std::size_t account = 0; account < accounts_.size(); ++account) {
      const auto live = live_->of(accounts_[account]);
      ASSERT_TRUE(live) << live.error().message;
      const auto root = identity.root_of(static_cast<AccountNumber>(account));
      const auto stored = load_activity_of(*store_, root, accounts_[root], definition_);
      EXPECT_EQ(cells_of(*live), cells_of(*stored)) << accounts_[account];
    }
  }

  bool holds_all() const {
    return std::ranges::all_of(accounts_, [&](const auto& id) { return live_->holds(id); });
  }
  LiveActivity& live() { return *live_; }
  Store& store() { return *store_; }

 private:
  std::string user() { return fmt::format("u{}", random_.below(4)); }
  std::string visitor() { return fmt::format("v{}", random_.below(4)); }

  AccountNumber number_of(const std::string& account, CollectStep& step) {
    const auto found = std::ranges::find(accounts_, account);
    if (found == accounts_.end()) {
      accounts_.push_back(account);
      step.new_accounts.push_back(account);
      return static_cast<AccountNumber>(accounts_.size() - 1);
    }
    return static_cast<AccountNumber>(found - accounts_.begin());
  }

  void say_event(CollectStep& step) {
    const std::string name = fmt::format("e{}", random_.below(4));
    auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      names_.push_back(name);
      step.new_event_names.push_back(name);
      found = names_.end() - 1;
    }
    const std::string of_user = random_.happens(0.7) ? user() : "";
    const std::string of_visitor = of_user.empty() || random_.happens(0.3) ? visitor() : "";
    const bool names_account = random_.happens(0.4);
    step.intake.events.add({.account = names_account
                                           ? number_of(fmt::format("a{}", random_.below(4)), step)
                                           : kNoAccount,
                            .at = at(random_.below(200)),
                            .name = static_cast<SignalNumber>(found - names_.begin()),
                            .user = of_user,
                            .anonymous = of_visitor,
                            .properties = random_.happens(0.2) ? R"({"staging":true})" : "",
                            .received_at = at(300),
                            .message = static_cast<Wide>(1 + random_.below(400))});
    step.source.push_back(1);
  }

  void say_belonging(CollectStep& step) {
    const std::string account = fmt::format("a{}", random_.below(4));
    number_of(account, step);
    StatementBatch& statements = step.intake.of_users;
    statements.user.push_back(random_.happens(0.6) ? user() : visitor());
    statements.property.push_back("account_id");
    statements.value.push_back('"' + account + '"');
    // No two at one instant: which holds then depends on what was said later.
    statements.since.emplace_back(at(random_.below(200)) + std::chrono::seconds{++said_});
    statements.line.push_back(statements.line.size());
  }

  static std::string cells_of(const LoadedActivity& activity) {
    std::string text = activity.account_ids.front();
    activity.history.for_each_cell(0, activity.history.days(), [&](Day day, std::uint32_t number) {
      const DayKind kind = activity.history.kinds()[number];
      text += fmt::format(" {}:{}x{}", day_text(day), kind.signal, kind.count);
    });
    return text;
  }

  Definition definition_;
  Random random_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<LiveActivity> live_;
  std::vector<std::string> accounts_;
  std::vector<std::string> names_;
  int said_ = 0;
};

Definition definition_of(std::uint64_t seed) {
  Definition definition;
  definition.actions = {{"E", Rule::of_event("e1"), Points{1000}, Repeat::every, 0}};
  if (seed % 4 == 3) {
    // A rule of its own, numbered behind the names: new names move it.
    definition.actions.push_back(
        {"Any", {{{NameTest::starts_with, "e", {}, {}}}}, Points{500}, Repeat::once, 0});
  }
  if (seed % 3 == 1) definition.exclude = {.users = {"u1"}, .accounts = {"a*3"}, .flags = {}};
  if (seed % 3 == 2) definition.exclude.flags = {"staging"};
  return definition;
}

TEST(LiveActivity, is_what_the_store_has_whatever_is_said_in_whatever_order) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Saying saying(definition_of(seed), seed);
    for (int step = 0; step < 8; ++step) {
      saying.step(true);
      saying.expect_what_the_store_has();
    }
  }
}

TEST(LiveActivity, holds_accounts_of_which_only_events_come) {
  Saying saying(definition_of(0), 7);
  for (int step = 0; step < 20; ++step) saying.step(false);
  EXPECT_TRUE(saying.holds_all());
  saying.expect_what_the_store_has();
}

TEST(LiveActivity, knows_merges_once_it_is_told_of_them) {
  Saying saying(definition_of(0), 3);
  for (int step = 0; step < 30; ++step) saying.step(false);
  ASSERT_TRUE(saying.store().merge_accounts({0, 1, at(0)}));
  saying.live().forget();
  saying.expect_what_the_store_has();
  EXPECT_TRUE(saying.holds_all());
}

TEST(LiveActivity, knows_no_account_that_nobody_named) {
  Saying saying(definition_of(0), 3);
  const auto unknown = saying.live().of("nobody");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace tidemark
