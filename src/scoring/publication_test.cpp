#include "scoring/publication.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/random_activity.h"

namespace tidemark {
namespace {

bool operator==(const LevelRecord& left, const LevelRecord& right) {
  return left.account == right.account && left.day == right.day && left.says_the_same_as(right);
}

bool operator==(const Change& left, const Change& right) {
  return std::tie(left.day, left.account, left.from, left.to, left.points_before,
                  left.points_after) == std::tie(right.day, right.account, right.from, right.to,
                                                 right.points_before, right.points_after);
}

template <class Item>
bool same(const std::vector<Item>& left, const std::vector<Item>& right) {
  return std::ranges::equal(left, right, [](const Item& a, const Item& b) { return a == b; });
}

const Cuts kCuts{Points{8'000}, Points{6'000}, Points{20'000}};
constexpr DayRange kDays{kLogBegin - 5, kLogBegin + 170};

/// A published level for every account and day, written as the rules are.
std::vector<Level> published_by_definition(const ScoredActivity& activity,
                                           const LevelLadder& ladder, AccountNumber account) {
  std::vector<ActiveDay> active;
  activity.active_days(account, kDays, active);
  const auto first = activity.first_day(account);
  std::vector<Level> levels;
  Level standing = Level::inactive;
  std::vector<Level> run;  // levels other than the standing one, in a row
  for (Day day = kDays.first; day <= kDays.last; ++day) {
    Window window;
    for (const ActiveDay& past : active) {
      if (past.day > day || past.day <= day - activity.window_days()) continue;
      window.earned += Points{past.milli_points};
      window.engaged_days += past.is_engaged ? 1 : 0;
      window.active_days += 1;
    }
    const Level level =
        first && day >= *first
            ? ladder.level_from(standing, window,
                                {day - *first + 1, day - *first >= activity.window_days()})
            : Level::inactive;
    if (level == standing) {
      run.clear();
    } else {
      if (!run.empty() && run.back() != level) run.clear();
      run.push_back(level);
      if (run.size() == 3 || !is_on_ladder(level) || !is_on_ladder(standing)) {
        standing = level;
        run.clear();
      }
    }
    levels.push_back(standing);
  }
  return levels;
}

RC_GTEST_PROP(Publish, is_what_the_rules_say_day_by_day, ()) {
  const History history = History::of({*random_occurrences()}, kLogAccounts, Cores(1));
  const Definition definition = *random_definition();
  const ScoredActivity activity(history, kSignals, definition, {}, Cores(1));
  const LevelLadder ladder(definition, kCuts);
  std::vector<LevelRecord> latest = nothing_published(kLogAccounts);
  const Publication publication =
      publish(activity, ladder, kDays, Beginning::continued, latest, Cores(1));

  std::vector<LevelCounts> counts(static_cast<std::size_t>(kDays.length()));
  for (AccountNumber account = 0; account < kLogAccounts; ++account) {
    const auto expected = published_by_definition(activity, ladder, account);
    Level standing = Level::inactive;
    bool exists = false;
    for (std::size_t at = 0; at < expected.size(); ++at) {
      for (const LevelRecord& record : publication.records) {
        if (record.account != account || record.day != kDays.first + int(at)) continue;
        standing = record.standing.level;
        exists = true;
      }
      RC_ASSERT(standing == expected[at]);
      if (exists) ++counts[at][index_of(standing)];
    }
  }
  RC_ASSERT(publication.accounts_by_day == counts);
}

RC_GTEST_PROP(Publish, in_parts_and_threads_is_the_same_as_at_once, ()) {
  const History history = History::of({*random_occurrences()}, kLogAccounts, Cores(1));
  const Definition definition = *random_definition();
  const ScoredActivity activity(history, kSignals, definition, {}, Cores(1));
  const LevelLadder ladder(definition, kCuts);
  std::vector<LevelRecord> latest = nothing_published(kLogAccounts);
  const Publication whole =
      publish(activity, ladder, kDays, Beginning::continued, latest, Cores(1));

  std::vector<LevelRecord> latest_of_parts = nothing_published(kLogAccounts);
  Publication parts;
  for (Day day = kDays.first; day <= kDays.last;) {
    const Day last = std::min(kDays.last, day + *rc::gen::inRange(0, 40));
    const Publication part = publish(activity, ladder, {day, last}, Beginning::continued,
                                     latest_of_parts, Cores(*rc::gen::element(1U, 8U)));
    parts.records.insert(parts.records.end(), part.records.begin(), part.records.end());
    parts.changes.insert(parts.changes.end(), part.changes.begin(), part.changes.end());
    parts.accounts_by_day.insert(parts.accounts_by_day.end(), part.accounts_by_day.begin(),
                                 part.accounts_by_day.end());
    day = last + 1;
  }
  RC_ASSERT(same(parts.records, whole.records));
  RC_ASSERT(same(parts.changes, whole.changes));
  RC_ASSERT(parts.accounts_by_day == whole.accounts_by_day);
  RC_ASSERT(same(latest_of_parts, latest));
}

RC_GTEST_PROP(PublishHeld, moves_nobody_and_lets_what_waits_wait, ()) {
  const History history = History::of({*random_occurrences()}, kLogAccounts, Cores(1));
  const Definition definition = *random_definition();
  const ScoredActivity activity(history, kSignals, definition, {}, Cores(1));
  const LevelLadder ladder(definition, kCuts);
  std::vector<LevelRecord> latest = nothing_published(kLogAccounts);
  const Day held = kDays.first + *rc::gen::inRange(1, kDays.length());
  publish(activity, ladder, {kDays.first, held - 1}, Beginning::continued, latest, Cores(1));
  std::vector<LevelRecord> free = latest;
  const std::vector<LevelRecord> before = latest;
  const Publication kept = publish_held(activity, ladder, held, latest, Cores(2));
  publish(activity, ladder, {held, held}, Beginning::continued, free, Cores(1));
  RC_ASSERT(kept.changes.empty());
  for (AccountNumber account = 0; account < kLogAccounts; ++account) {
    RC_ASSERT(latest[account].standing == before[account].standing);
    // Points and plain levels are those of the day.
    RC_ASSERT(latest[account].points == free[account].points);
    RC_ASSERT(latest[account].level == free[account].level);
  }
}

RC_GTEST_PROP(ScoredActivity, that_followed_an_extension_is_that_of_the_whole, ()) {
  const auto first = *random_occurrences();
  const auto second = *random_occurrences();
  Definition definition = *random_definition();
  definition.milestones = {{"M", Rule::of_event("share"), std::nullopt, Points{7'000}},
                           {"N", Rule::of_event("invite"), 9, Points{3'000}}};
  definition.onboarding = Onboarding{{"report"}, std::nullopt};
  History history = History::of({first}, kLogAccounts, Cores(1));
  ScoredActivity followed(history, kSignals, definition, {}, Cores(1));
  history.extend(second);
  followed.follow(second, kSignals, definition);
  const ScoredActivity whole(history, kSignals, definition, {}, Cores(1));
  RC_ASSERT(followed.days() == whole.days());
  for (AccountNumber account = 0; account < kLogAccounts; ++account) {
    RC_ASSERT(followed.first_day(account) == whole.first_day(account));
    RC_ASSERT(followed.settled_from(account) == whole.settled_from(account));
    AccountDays memory;
    AccountDays other_memory;
    SlidingWindow window = SlidingWindow::over(followed, account, kDays, memory);
    SlidingWindow other = SlidingWindow::over(whole, account, kDays, other_memory);
    for (Day day = kDays.first; day <= kDays.last; ++day) {
      RC_ASSERT(window.move_to(day) == other.move_to(day));
    }
  }
}

}  // namespace
}  // namespace tidemark
