#include "scoring/ledger.h"

#include <map>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "scoring/window.h"
#include "tests/support/random_activity.h"

namespace tidemark {
namespace {

TEST(PartsOf, largest_remainders_get_what_is_left) {
  const auto milli = [](const std::vector<Points>& parts) {
    std::vector<std::int64_t> all;
    for (const Points part : parts) all.push_back(part.milli);
    return all;
  };
  const std::vector<std::int64_t> alike{1, 1, 1};
  EXPECT_EQ(milli(parts_of(Points{10}, alike)), (std::vector<std::int64_t>{4, 3, 3}));
  const std::vector<std::int64_t> counts{1, 5, 0};
  EXPECT_EQ(milli(parts_of(Points{10}, counts)), (std::vector<std::int64_t>{2, 8, 0}));
  // The most an action earns in a day, done as often as can be counted.
  const std::vector<std::int64_t> most{4'000'000'000, 1};
  EXPECT_EQ(milli(parts_of(Points{1'000'000'000'000}, most)),
            (std::vector<std::int64_t>{999'999'999'750, 250}));
}

RC_GTEST_PROP(PartsOf, add_up_and_differ_from_the_exact_by_less_than_one, ()) {
  const auto counts = *rc::gen::nonEmpty<std::vector<std::int64_t>>(
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1000)));
  const auto all = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  RC_PRE(all > 0);
  const Points points{*rc::gen::inRange<std::int64_t>(0, 10'000'000)};
  const std::vector<Points> parts = parts_of(points, counts);
  Points sum;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    sum += parts[at];
    RC_ASSERT(std::abs(parts[at].milli * all - points.milli * counts[at]) < all);
  }
  RC_ASSERT(sum == points);
}

/// Each occurrence is done by one of three users, drawn by where it stands.
std::vector<UserCount> done_by_users(const std::vector<Occurrence>& occurrences,
                                     AccountNumber account, const Definition& definition) {
  const auto uses = uses_of_signals(definition, kSignals);
  std::map<std::tuple<Day, std::size_t, std::size_t>, std::int64_t> counts;
  for (std::size_t at = 0; at < occurrences.size(); ++at) {
    if (occurrences[at].account != account) continue;
    for (const std::size_t action : uses[occurrences[at].signal].actions) {
      ++counts[{kFirstDay + occurrences[at].day, action, at % 3}];
    }
  }
  std::vector<UserCount> done;
  for (const auto& [key, count] : counts) {
    done.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
  }
  return done;
}

RC_GTEST_PROP(Ledger, of_any_two_days_adds_up_to_what_the_windows_earned, ()) {
  const auto occurrences = *random_occurrences();
  const Definition definition = *random_definition();
  const Cores cores(1);
  const History history = History::of({occurrences}, kLogAccounts, cores);
  const ScoredActivity scored(history, kSignals, definition, {}, cores);
  const Day from = kLogBegin + *rc::gen::inRange(-5, 150);
  const Day to = from + *rc::gen::inRange(1, 90);
  const WindowShift shift = window_shift(from, to, definition.window_days);
  for (AccountNumber account = 0; account < kLogAccounts; ++account) {
    const auto earned = points_by_action(history, account, {shift.lost.first, shift.gained.last},
                                         definition, kSignals);
    const auto counts = done_by_users(occurrences, account, definition);
    const auto gained = earned_by_users(earned, counts, shift.gained, definition);
    const auto lost = earned_by_users(earned, counts, shift.lost, definition);
    const auto window_of = [&](Day day) {
      AccountDays memory;
      return SlidingWindow::over(scored, account, {day, day}, memory).move_to(day);
    };
    const Window before = window_of(from);
    const Window after = window_of(to);
    RC_ASSERT(gained.sum() - lost.sum() == after.points() - before.points());
    RC_ASSERT(std::ssize(gained.engaged_days) - std::ssize(lost.engaged_days) ==
              after.engaged_days - before.engaged_days);
    // What users earned adds up to what the account did, action by action and day by day.
    std::map<std::pair<Day, std::size_t>, Points> of_users;
    for (const auto* days : {&gained, &lost}) {
      for (const UserPoints& part : days->actions) {
        of_users[{part.day, part.action}] += part.points;
      }
    }
    for (const auto& [key, points] : of_users) {
      const auto term = std::ranges::find_if(
          earned, [&](const EarnedPoints& one) { return std::pair(one.day, one.action) == key; });
      RC_ASSERT(term != earned.end() && term->points == points);
    }
  }
}

}  // namespace
}  // namespace tidemark
