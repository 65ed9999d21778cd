#include "score/score_listing.h"

#include <algorithm>

namespace tidemark {
namespace {

constexpr std::size_t kRowsOfSpan = std::size_t{1} << 21;

/// One account's habit, and the day it was reckoned up to.
struct HabitSoFar {
  Habit habit;
  Day next_day;
};

/// What is read of one account; kept between accounts.
struct ScoreMemory {
  std::vector<ActiveDay> active;
  AccountDays window;
};

/// Writes the account's scores of `span` to `rows`, one a day; days before the account exists are
/// left alone.
void score_span(const ScoredActivity& activity, AccountNumber account, DayRange span,
                HabitSoFar& so_far, ScoreMemory& memory, ScoreOfDay* rows) {
  const auto first_day = activity.first_day(account);
  if (!first_day || *first_day > span.last) return;
  if (so_far.next_day < *first_day) so_far.next_day = *first_day;
  activity.active_days(account, {so_far.next_day, span.last}, memory.active);
  SlidingWindow window = SlidingWindow::over(activity, account, span, memory.window);

  auto next = memory.active.begin();
  for (Day day = so_far.next_day; day <= span.last; ++day) {
    bool is_engaged = false;
    if (next != memory.active.end() && next->day == day) is_engaged = (next++)->is_engaged;
    const std::int64_t habit = so_far.habit.next_day(is_engaged);
    if (day >= span.first) rows[day - span.first] = {day, account, window.move_to(day), habit};
  }
  so_far.next_day = span.last + 1;
}

}  // namespace

void for_each_score(const ScoredActivity& activity, DayRange days,
                    const std::vector<AccountNumber>& accounts, const Cores& cores,
                    const std::function<void(const ScoreOfDay&)>& visit) {
  constexpr std::size_t kAccountsPerRange = 64;
  if (accounts.empty() || days.length() == 0) return;
  const auto span_days = static_cast<std::size_t>(std::clamp<std::size_t>(
      kRowsOfSpan / accounts.size(), 1, static_cast<std::size_t>(days.length())));
  std::vector<HabitSoFar> habits(accounts.size(), HabitSoFar{{}, kFirstDay});
  std::vector<ScoreOfDay> rows(accounts.size() * span_days);
  for (Day first = days.first; first <= days.last; first = first + static_cast<int>(span_days)) {
    const DayRange span{first, std::min(days.last, first + static_cast<int>(span_days) - 1)};
    cores.for_ranges(
        accounts.size(), kAccountsPerRange, [&](std::size_t begin, std::size_t end, unsigned) {
          ScoreMemory memory;
          for (std::size_t at = begin; at < end; ++at) {
            score_span(activity, accounts[at], span, habits[at], memory, &rows[at * span_days]);
          }
        });
    for (Day day = span.first; day <= span.last; ++day) {
      for (std::size_t at = 0; at < accounts.size(); ++at) {
        const auto first_day = activity.first_day(accounts[at]);
        if (first_day && *first_day <= day) {
          visit(rows[at * span_days + static_cast<std::size_t>(day - span.first)]);
        }
      }
    }
  }
}

}  // namespace tidemark
