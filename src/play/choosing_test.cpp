#include "play/choosing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "play/builtin_plays.h"
#include "play/effect.h"
#include "wire/play_toml.h"

namespace tidemark {
namespace {

constexpr Day kDay{20'500};

PlayCandidate account_of(const std::string& id, Level level, std::optional<Level> from,
                         std::int64_t points) {
  PlayCandidate account;
  account.account = id;
  account.level = level;
  account.since = kDay;
  account.moved_from = from;
  account.points = account.points_before = Points{points};
  return account;
}

Play falling() {
  Play play;
  play.name = "Call";
  play.trigger = PlayTrigger::falls;
  play.from = {Level::high};
  return play;
}

std::vector<std::string> names_of(const std::vector<PlayFiring>& firings) {
  std::vector<std::string> names;
  for (const PlayFiring& firing : firings) {
    names.push_back(firing.account + (firing.is_held_out ? " held out" : ""));
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(Choose, takes_the_moves_it_is_about_those_most_at_stake_first) {
  PlayDay day{kDay, false, {}, {}};
  day.accounts = {account_of("a", Level::low, Level::high, 5'000),
                  account_of("b", Level::medium, Level::high, 9'000),
                  account_of("c", Level::high, Level::medium, 90'000),
                  account_of("d", Level::low, Level::medium, 90'000),
                  account_of("e", Level::inactive, Level::high, 0),
                  account_of("f", Level::high, std::nullopt, 90'000)};
  day.accounts[4].points_before = Points{70'000};
  EXPECT_EQ(names_of(choose(falling(), day, {})), (Names{"e", "b", "a"}));
  Play to_low = falling();
  to_low.to = {Level::low};
  EXPECT_EQ(names_of(choose(to_low, day, {})), Names{"a"});
  day.is_held = true;
  EXPECT_TRUE(choose(falling(), day, {}).empty());
}

TEST(Choose, keeps_to_its_pace) {
  PlayDay day{kDay, false, {"owner"}, {}};
  for (const char* id : {"a", "b", "c", "d"}) {
    day.accounts.push_back(account_of(id, Level::low, Level::high, 1'000));
    day.accounts.back().properties = {std::string(*id == 'd' ? "ann" : "ben")};
  }
  Play play = falling();
  play.most_a_week = 3;
  std::vector<PlayFiring> before = choose(play, day, {});
  EXPECT_EQ(names_of(before), (Names{"a", "b", "c"}));
  day.day = kDay + 6;
  EXPECT_TRUE(choose(play, day, before).empty());
  day.day = kDay + 7;  // a week later there is room, but nobody comes twice
  EXPECT_EQ(names_of(choose(play, day, before)), Names{"d"});
  day.day = kDay + 90;
  EXPECT_EQ(names_of(choose(play, day, before)), (Names{"a", "b", "c"}));
  play.most_a_week.reset();
  play.owner = "owner";
  play.most_an_owner = 1;
  EXPECT_EQ(names_of(choose(play, day, {})), (Names{"a", "d"}));
}

TEST(Choose, an_account_joins_when_its_properties_come_to_fit) {
  PlayDay day{kDay, false, {"plan", "seats"}, {}};
  const auto add = [&](const char* id, PropertyValue plan_before, PropertyValue plan,
                       double seats) {
    day.accounts.push_back(account_of(id, Level::low, Level::low, 1'000));
    day.accounts.back().properties = {std::move(plan), seats};
    day.accounts.back().properties_before = {std::move(plan_before), seats};
  };
  add("a", std::string("trial"), std::string("team"), 5);  // it joins
  add("b", std::string("team"), std::string("team"), 5);   // it was there
  add("c", std::string("team"), std::string("free"), 5);   // it left
  add("d", std::monostate(), std::string("team"), 5);      // it joins
  add("e", std::string("trial"), std::string("team"), 1);  // it never was meant
  Play play = falling();
  play.trigger = PlayTrigger::joins;
  play.where = {{"plan", PropertyTest::is, {"team"}}};
  play.unless = {{"seats", PropertyTest::at_most, {1.0}}};
  EXPECT_EQ(names_of(choose(play, day, {})), (Names{"a", "d"}));
}

TEST(Choose, looks_at_properties_and_leaves_new_accounts_alone) {
  PlayDay day{kDay, false, {"mrr", "plan"}, {}};
  for (const char* id : {"a", "b", "c"}) {
    day.accounts.push_back(account_of(id, Level::low, Level::high, 1'000));
    day.accounts.back().properties = {std::monostate(), std::string("team")};
  }
  day.accounts[0].properties = {10.0, std::string("team")};
  day.accounts[1].properties = {std::string("200"), std::string("free")};
  day.accounts[2].is_new = true;
  Play play = falling();
  play.rank_by = "mrr";
  EXPECT_EQ(names_of(choose(play, day, {})), (Names{"b", "a"}));
  play.where = {{"plan", PropertyTest::is, {"team"}}};
  EXPECT_EQ(names_of(choose(play, day, {})), Names{"a"});
  play.with_new = true;
  EXPECT_EQ(names_of(choose(play, day, {})), (Names{"a", "c"}));
  play.unless = {{"mrr", PropertyTest::at_least, {10.0}}};
  EXPECT_EQ(names_of(choose(play, day, {})), Names{"c"});
}

TEST(Choose, knows_the_other_triggers) {
  PlayDay day{kDay, false, {}, {}};
  PlayCandidate stays = account_of("stays", Level::low, std::nullopt, 1'000);
  PlayCandidate likely = account_of("likely", Level::medium, std::nullopt, 50'000);
  PlayCandidate loses = account_of("loses", Level::medium, std::nullopt, 4'000);
  PlayCandidate rises = account_of("rises", Level::high, Level::medium, 90'000);
  stays.since = kDay - 14;
  likely.chance = 0.61;
  loses.points_before = Points{8'000};
  rises.highest_before = Level::high;
  day.accounts = {stays, likely, loses, rises};
  Play play;
  play.name = "p";
  play.trigger = PlayTrigger::stays;
  play.to = {Level::low};
  play.days = 14;
  EXPECT_EQ(names_of(choose(play, day, {})), Names{"stays"});
  day.accounts[0].since = kDay - 21;  // that was a week ago
  EXPECT_TRUE(choose(play, day, {}).empty());
  play.trigger = PlayTrigger::chance;
  play.percent = 60;
  EXPECT_EQ(names_of(choose(play, day, {})), Names{"likely"});
  play.percent = 61;
  EXPECT_TRUE(choose(play, day, {}).empty());
  play.trigger = PlayTrigger::loses;
  play.percent = 50;
  EXPECT_EQ(names_of(choose(play, day, {})), Names{"loses"});
  play.trigger = PlayTrigger::rises;
  play.to = {Level::high};
  EXPECT_EQ(names_of(choose(play, day, {})), Names{"rises"});
  play.only_first = true;
  EXPECT_TRUE(choose(play, day, {}).empty());
}

TEST(Choose, holds_out_its_share_the_same_ones_whatever_the_day) {
  PlayDay day{kDay, false, {}, {}};
  for (int number = 0; number < 2'000; ++number) {
    day.accounts.push_back(
        account_of(fmt::format("account {}", number), Level::low, Level::high, 1'000));
  }
  Play play = falling();
  play.hold_out_percent = 20;
  const auto firings = choose(play, day, {});
  ASSERT_EQ(firings.size(), 2'000U);
  const auto held_out = std::ranges::count_if(firings, &PlayFiring::is_held_out);
  EXPECT_NEAR(static_cast<double>(held_out), 400, 60);
  play.hold_out_percent = 40;  // of more, the former are some
  for (const PlayFiring& firing : firings) {
    if (!firing.is_held_out) continue;
    EXPECT_TRUE(is_held_out(play, firing.account));
  }
  // They take nobody's place.
  play.most_a_week = 30;
  const auto first = choose(play, day, {});
  EXPECT_EQ(std::ranges::count_if(first, [](const PlayFiring& one) { return !one.is_held_out; }),
            30);
}

/// Day after day, whatever the log: what a play promises of its pace holds.
RC_GTEST_PROP(Choose, never_breaks_its_word, ()) {
  Play play = falling();
  play.most_a_week = *rc::gen::inRange(1, 6);
  play.again_after_days = *rc::gen::inRange(1, 40);
  play.hold_out_percent = *rc::gen::element(0, 30);
  std::vector<PlayFiring> all;
  for (int at = 0; at < 60; ++at) {
    PlayDay day{kDay + at, false, {}, {}};
    for (int number = 0; number < 8; ++number) {
      const bool falls = *rc::gen::inRange(0, 3) == 0;
      day.accounts.push_back(account_of(fmt::format("{}", number), Level::low,
                                        falls ? std::optional(Level::high) : std::nullopt,
                                        *rc::gen::inRange(0, 5)));
    }
    for (const PlayFiring& firing : choose(play, day, all)) all.push_back(firing);
  }
  for (const PlayFiring& one : all) {
    int this_week = 0;
    for (const PlayFiring& other : all) {
      if (!other.is_held_out && other.day <= one.day && other.day > one.day - 7) ++this_week;
      if (&one != &other && one.account == other.account && other.day >= one.day) {
        RC_ASSERT(other.day - one.day >= play.again_after_days);
      }
    }
    RC_ASSERT(this_week <= *play.most_a_week);
    RC_ASSERT(one.is_held_out == is_held_out(play, one.account));
  }
}

TEST(MessageFor, fills_in_what_is_known) {
  Play play;
  play.name = "Call";
  play.ask = "Ask.";
  play.message = "{account} fell from {from} to {level}: {reason}. {do} {property.plan} {chance} {";
  PlayCandidate account = account_of("a{b}", Level::low, Level::high, 12'300);
  account.properties = {std::string("team")};
  EXPECT_EQ(message_for(play, {"plan"}, account, "ann left"),
            "a{b} fell from high to low: ann left. Ask. team unknown {");
}

TEST(BuiltinPlays, are_right) {
  const auto plays = parse_plays(builtin_plays(), "built in");
  ASSERT_TRUE(plays) << plays.error().message;
  EXPECT_EQ(plays->size(), 9U);
}

// Newcombe 1998, table II, method 10: 56/70 against 48/80, and 9/10 against 3/10.
TEST(DifferenceOf, is_newcombes) {
  const auto wide = difference_of(silence_rate(56, 70), silence_rate(48, 80));
  EXPECT_NEAR(wide.least, 0.0524, 0.0001);
  EXPECT_NEAR(wide.most, 0.3339, 0.0001);
  const auto small = difference_of(silence_rate(9, 10), silence_rate(3, 10));
  EXPECT_NEAR(small.least, 0.1705, 0.0001);
  EXPECT_NEAR(small.most, 0.8090, 0.0001);
}

}  // namespace
}  // namespace tidemark
