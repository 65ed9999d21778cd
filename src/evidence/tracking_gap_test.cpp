#include "evidence/tracking_gap.h"

#include <functional>

#include <gtest/gtest.h>

namespace tidemark {
namespace {

constexpr Day kBegin = kFirstDay + 10'000;
constexpr std::uint32_t kAccounts = 20;
const Signals kNames{{"report", "share", "login"}, {}};

Definition definition_of_two() {
  Definition definition;
  definition.actions = {{"Report", Rule::of_event("report"), Points{5000}, {}, 0},
                        {"Share", Rule::of_event("share"), Points{8000}, {}, 0}};
  return definition;
}

/// Every account does each thing three times on every working day, and logs in once at weekends;
/// `came` says how often it does on a day.
std::vector<TrackingGap> gaps_with(int days, const std::function<int(int day, SignalNumber)>& came,
                                   DayRange asked, const std::vector<SourceTraffic>& sources = {}) {
  std::vector<Occurrence> occurrences;
  for (int day = 0; day < days; ++day) {
    for (std::uint32_t account = 0; account < kAccounts; ++account) {
      for (SignalNumber signal = 0; signal < 3; ++signal) {
        const bool is_weekend = day % 7 >= 5;
        const int usual = !is_weekend ? 3 : signal == 2 ? 1 : 0;
        const int count = came ? std::min(usual, came(day, signal)) : usual;
        for (int at = 0; at < count; ++at) {
          occurrences.push_back(Occurrence::of(account, kBegin + day, signal));
        }
      }
    }
  }
  const History history = History::of({occurrences}, kAccounts, Cores(1));
  return find_gaps(history, kNames, definition_of_two(), sources, asked);
}

constexpr DayRange kAll{kBegin, kBegin + 99};

TEST(FindGaps, finds_nothing_in_a_steady_rhythm) { EXPECT_TRUE(gaps_with(100, {}, kAll).empty()); }

TEST(FindGaps, names_a_day_on_which_all_events_are_missing) {
  const auto gaps = gaps_with(100, [](int day, SignalNumber) { return day == 70 ? 0 : 3; }, kAll);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0], (TrackingGap{kBegin + 70, std::nullopt, "", {0, 0}, {180, 20}}));
}

TEST(FindGaps, names_the_action_that_is_missing_alone) {
  const auto gaps = gaps_with(
      100, [](int day, SignalNumber signal) { return day == 71 && signal == 1 ? 0 : 3; }, kAll);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0], (TrackingGap{kBegin + 71, 1, "", {0, 0}, {60, 20}}));
}

/// A source that sends sixty events of twenty accounts every day but one.
SourceTraffic source_without(int day) {
  SourceTraffic source{"web", kBegin, std::vector<Traffic>(100, {60, 20})};
  source.by_day[static_cast<std::size_t>(day)] = {};
  return source;
}

TEST(FindGaps, names_the_source_that_is_missing_alone_before_actions) {
  const auto came = [](int day, SignalNumber signal) { return day == 70 && signal == 1 ? 0 : 3; };
  const auto gaps = gaps_with(100, came, kAll, {source_without(70)});
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0], (TrackingGap{kBegin + 70, std::nullopt, "web", {0, 0}, {60, 20}}));
}

TEST(FindGaps, takes_no_source_for_missing_in_whose_place_others_send) {
  EXPECT_TRUE(gaps_with(100, {}, kAll, {source_without(70)}).empty());
}

TEST(FindGaps, looks_at_nothing_later_and_at_no_other_days) {
  const auto came = [](int day, SignalNumber) { return day == 70 || day == 80 ? 0 : 3; };
  const auto gaps = gaps_with(100, came, {kBegin + 75, kBegin + 85});
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].day, kBegin + 80);
  EXPECT_EQ(gaps_with(81, came, {kBegin + 75, kBegin + 80}), gaps);
}

TEST(FindGaps, needs_four_weeks_and_many_accounts) {
  const auto came = [](int day, SignalNumber) { return day == 20 ? 0 : 3; };
  EXPECT_TRUE(gaps_with(100, came, kAll).empty());
}

TEST(FindGaps, takes_a_lasting_change_for_usual_after_a_week) {
  const auto gaps = gaps_with(100, [](int day, SignalNumber) { return day >= 70 ? 0 : 3; },
                              {kBegin, kBegin + 99});
  ASSERT_EQ(gaps.size(), 7U);  // working days; weekends are too quiet to tell
  EXPECT_EQ(gaps.back().day, kBegin + 78);
}

TEST(FindGaps, knows_the_holidays_of_the_year_before) {
  const auto came = [](int day, SignalNumber) { return day % 365 == 200 ? 0 : 3; };
  const auto gaps = gaps_with(600, came, {kBegin, kBegin + 599});
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].day, kBegin + 200);
}

}  // namespace
}  // namespace tidemark
