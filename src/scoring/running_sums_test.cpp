#include "scoring/running_sums.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/random_activity.h"

namespace tidemark {
namespace {

RC_GTEST_PROP(RunningSums, hold_every_window_that_a_walk_finds, ()) {
  const auto occurrences = *random_occurrences();
  Definition definition = *random_definition();
  definition.habit_points = Points{0};
  const int window_days = definition.window_days;
  const Cores cores(2);
  const History history = History::of({occurrences}, kLogAccounts, cores);
  const ScoredActivity scored(history, kSignals, definition, {}, cores);
  const Day first = kLogBegin + *rc::gen::inRange(-10, 120);
  const DayRange span{first, first + window_days - 1 + *rc::gen::inRange(0, 60)};
  RunningSums sums(scored, span);
  AccountDays memory;
  std::vector<ActiveDay> active;
  for (AccountNumber account = 0; account < kLogAccounts; ++account) {
    scored.active_days(account, span, active);
    RC_ASSERT(sums.read(account) == !active.empty());
    RC_ASSERT(sums.active_days(span) == static_cast<int>(active.size()));
    const DayRange windows{first + window_days - 1, span.last};
    SlidingWindow walk = SlidingWindow::over(scored, account, windows, memory);
    for (Day day = windows.first; day <= windows.last; day = day + 1) {
      Window expected = walk.move_to(day);
      expected.standing = Points{};
      RC_ASSERT(sums.window(day) == expected);
    }
  }
}

}  // namespace
}  // namespace tidemark
