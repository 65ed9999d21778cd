#include "evidence/silence.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "scoring/habit.h"
#include "tests/support/random_activity.h"

namespace tidemark {
namespace {

/// The days on which an account was active, and engaged, event by event.
struct SlowDays {
  std::set<Day> active;
  std::set<Day> engaged;
};

SlowDays slow_days(const std::vector<Occurrence>& occurrences, AccountNumber account,
                   const Definition& definition) {
  const auto uses = uses_of_signals(definition, kSignals);
  SlowDays days;
  for (const Occurrence& occurrence : occurrences) {
    if (occurrence.account != account) continue;
    const Day day = kFirstDay + occurrence.day;
    if (uses[occurrence.signal].is_activity) days.active.insert(day);
    if (!uses[occurrence.signal].actions.empty()) days.engaged.insert(day);
  }
  return days;
}

bool is_silent(const SlowDays& days, Day first, Day last) {
  for (Day day = first; day <= last; ++day) {
    if (days.active.contains(day)) return false;
  }
  return true;
}

RC_GTEST_PROP(ChurnEpisodes, are_the_silences_one_finds_day_by_day, ()) {
  const auto occurrences = *random_occurrences();
  const Definition definition = *random_definition();
  const Cores cores(2);
  const History history = History::of({occurrences}, kLogAccounts, cores);
  const ScoredActivity scored(history, kSignals, definition, {}, cores);
  const DayRange detected{kLogBegin + *rc::gen::inRange(0, 80),
                          kLogBegin + *rc::gen::inRange(80, 160)};
  const Day known = detected.last + *rc::gen::inRange(0, 30);
  std::vector<ChurnEpisode> expected;
  for (AccountNumber account = 0; account < kLogAccounts; ++account) {
    const SlowDays days = slow_days(occurrences, account, definition);
    for (const Day last : days.active) {
      const Day detection = last + kSilentDays;
      if (detection < detected.first || detection > detected.last) continue;
      if (!is_silent(days, last + 1, detection)) continue;
      ChurnEpisode episode{account, last, {}};
      for (const Day day : days.active) {
        if (day > last && day <= known && !episode.returned) episode.returned = day;
      }
      expected.push_back(episode);
    }
  }
  RC_ASSERT(churn_episodes(scored, detected, known, cores) == expected);
}

RC_GTEST_PROP(SilenceSnapshots, say_what_one_finds_day_by_day, ()) {
  const auto occurrences = *random_occurrences();
  const Definition definition = *random_definition();
  const Cores cores(2);
  const History history = History::of({occurrences}, kLogAccounts, cores);
  const ScoredActivity scored(history, kSignals, definition, {}, cores);
  std::vector<AccountNumber> accounts;
  for (AccountNumber account = 0; account < kLogAccounts; ++account) accounts.push_back(account);
  std::vector<Day> days;
  for (Day day = kLogBegin + *rc::gen::inRange(-10, 10); day < kLogBegin + 150;
       day = day + *rc::gen::inRange(1, 20)) {
    days.push_back(day);
  }
  std::size_t at = 0;
  const auto snapshots = silence_snapshots(scored, accounts, days, cores);
  for (const AccountNumber account : accounts) {
    const SlowDays of_account = slow_days(occurrences, account, definition);
    for (const Day day : days) {
      if (is_silent(of_account, day - 29, day)) continue;
      RC_ASSERT(at < snapshots.size());
      const SilenceSnapshot& snapshot = snapshots[at++];
      Habit habit;
      std::int64_t milli_days = 0;
      for (Day past = *of_account.active.begin(); past <= day; ++past) {
        milli_days = habit.next_day(of_account.engaged.contains(past));
      }
      RC_ASSERT(snapshot.account == account && snapshot.day == day);
      RC_ASSERT(snapshot.signs.habit_milli_days == milli_days);
      RC_ASSERT(snapshot.signs.tenure_days == day - *of_account.active.begin());
      RC_ASSERT(snapshot.signs.silent_days == day - *std::prev(of_account.active.upper_bound(day)));
      RC_ASSERT(snapshot.left == is_silent(of_account, day + 1, day + kSilentDays));
    }
  }
  RC_ASSERT(at == snapshots.size());
}

}  // namespace
}  // namespace tidemark
