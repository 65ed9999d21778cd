#include "scoring/level_census.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/random_activity.h"

namespace tidemark {
namespace {

/// The same by the window and the ladder, account by account and day by day.
std::vector<LevelCounts> counts_by_definition(const ScoredActivity& activity,
                                              const LevelLadder& ladder, DayRange days) {
  std::vector<LevelCounts> counts(static_cast<std::size_t>(days.length()));
  for (AccountNumber account = 0; account < activity.accounts(); ++account) {
    const auto first = activity.first_day(account);
    if (!first) continue;
    std::vector<ActiveDay> active;
    activity.active_days(account, {kFirstDay, days.last}, active);
    SlidingWindow window(active, activity.window_days());
    for (Day day = days.first; day <= days.last; ++day) {
      const Window& held = window.move_to(day);
      if (day < *first) continue;
      ++counts[static_cast<std::size_t>(day - days.first)][index_of(
          ladder.level_of(held, {day - *first + 1, day - *first >= activity.window_days()}))];
    }
  }
  return counts;
}

std::optional<Cuts> random_cuts() {
  if (*rc::gen::inRange(0, 5) == 0) return std::nullopt;
  return Cuts{Points{8'000}, Points{*rc::gen::element<std::int64_t>(0, 6'000, 1'000'000)},
              Points{*rc::gen::element<std::int64_t>(20'000, 2'000'000'000'000)}};
}

RC_GTEST_PROP(CountLevels, equals_the_ladder_for_each_account_and_day, ()) {
  // Many accounts, from one pattern shifted in time, so that several blocks and lanes are in play.
  const auto pattern = *random_occurrences();
  const auto copies = static_cast<std::uint32_t>(*rc::gen::inRange(1, 12));
  std::vector<Occurrence> occurrences;
  for (std::uint32_t copy = 0; copy < copies; ++copy) {
    for (Occurrence occurrence : pattern) {
      occurrence.account += copy * AccountNumber{kLogAccounts};
      occurrence.day = static_cast<std::uint16_t>(occurrence.day + copy * 97);
      occurrences.push_back(occurrence);
    }
  }
  History history = History::of({occurrences}, copies * kLogAccounts, Cores(1));
  if (*rc::gen::arbitrary<bool>()) history.extend(pattern);
  const Definition definition = *random_definition();
  const ScoredActivity activity(history, kSignals, definition, {}, Cores(1));
  const LevelLadder ladder(definition, random_cuts());
  const Day first = kLogBegin - 40 + *rc::gen::inRange(0, 400);
  const DayRange days{first, first + *rc::gen::element(0, 50, 1500)};
  RC_ASSERT(
      count_levels(history, activity.points(), ladder, days, Cores(*rc::gen::element(1U, 3U))) ==
      counts_by_definition(activity, ladder, days));
}

TEST(CountLevels, holds_points_beyond_32_bits) {
  std::vector<Occurrence> occurrences;
  for (int at = 0; at < 5000; ++at) occurrences.push_back(Occurrence::of(0, kLogBegin, 0));
  for (int at = 0; at < 40; ++at) occurrences.push_back(Occurrence::of(0, kLogBegin + at, 1));
  const History history = History::of({occurrences}, 1, Cores(1));
  Definition definition;
  definition.actions = {{"A", Rule::of_event("report"), kMostPoints, Repeat::every, 0}};
  const ScoredActivity activity(history, kSignals, definition, {}, Cores(1));
  const LevelLadder ladder(Cuts{Points{1}, Points{4'000'000'000}, Points{4'500'000'000}});
  const DayRange days{kLogBegin, kLogBegin + 80};
  EXPECT_EQ(count_levels(history, activity.points(), ladder, days, Cores(1)),
            counts_by_definition(activity, ladder, days));
}

TEST(CountLevels, counts_more_blocks_than_a_byte_holds) {
  std::vector<Occurrence> occurrences;
  for (std::uint32_t account = 0; account < 10'000; ++account) {
    for (int day = 0; day < 35; ++day)
      occurrences.push_back(Occurrence::of(account, kLogBegin + day, 0));
  }
  const History history = History::of({occurrences}, 10'000, Cores(2));
  Definition definition;
  definition.actions = {{"A", Rule::of_event("report"), Points{1000}, Repeat::every, 0}};
  const PointsTable points = compile_points(definition, history.kinds(), kSignals);
  const auto counts =
      count_levels(history, points, LevelLadder(Cuts{Points{1}, Points{1}, Points{2}}),
                   {kLogBegin + 34, kLogBegin + 34}, Cores(1));
  EXPECT_EQ(counts[0][index_of(Level::high)], 10'000);
}

}  // namespace
}  // namespace tidemark
