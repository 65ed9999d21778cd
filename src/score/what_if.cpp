#include "score/what_if.h"

#include <algorithm>

#include <fmt/format.h>

#include <xxhash.h>

#include "evidence/silence.h"
#include "scoring/level_census.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostTried = 5'000;  // accounts
constexpr std::size_t kMonths = 12;
constexpr int kWeek = 7;

/// All, or those that a hash of their ids picks: the same whatever their numbers are.
std::vector<AccountNumber> accounts_to_try(const std::vector<std::string>& account_ids) {
  const std::size_t one_in = 1 + (std::max<std::size_t>(account_ids.size(), 1) - 1) / kMostTried;
  std::vector<AccountNumber> accounts;
  for (std::size_t at = 0; at < account_ids.size(); ++at) {
    if (XXH3_64bits(account_ids[at].data(), account_ids[at].size()) % one_in == 0) {
      accounts.push_back(static_cast<AccountNumber>(at));
    }
  }
  return accounts;
}

std::vector<LevelsOfDay> every_day(const DefinitionView& view, DayRange days, const Cores& cores) {
  const auto counts =
      count_levels(view.scored->history(), view.scored->points(), view.ladder(), days, cores);
  std::vector<LevelsOfDay> levels;
  for (std::size_t at = 0; at < counts.size(); ++at) {
    levels.push_back({days.first + static_cast<int>(at), counts[at]});
  }
  return levels;
}

std::vector<LevelsOfDay> every_week(const DefinitionView& view, DayRange days, const Cores& cores) {
  constexpr std::size_t kAccountsPerRange = 256;
  std::vector<LevelsOfDay> levels;
  for (Day day = days.last; day >= days.first; day = day - kWeek) levels.push_back({day, {}});
  std::ranges::reverse(levels);
  if (levels.empty()) return levels;
  const ScoredActivity& activity = *view.scored;
  const LevelLadder ladder = view.ladder();
  std::vector<std::vector<LevelsOfDay>> counted(cores.threads(), levels);
  cores.for_ranges(
      activity.accounts(), kAccountsPerRange,
      [&](std::size_t first, std::size_t last, unsigned thread) {
        AccountDays memory;
        for (std::size_t at = first; at < last; ++at) {
          const auto account = static_cast<AccountNumber>(at);
          const auto first_day = activity.first_day(account);
          if (!first_day) continue;
          const auto settled_from = activity.settled_from(account);
          SlidingWindow window =
              SlidingWindow::over(activity, account, {levels.front().day, days.last}, memory);
          for (auto& [day, accounts] : counted[thread]) {
            if (day < *first_day) continue;
            const Seniority seniority{day - *first_day + 1, settled_from && *settled_from <= day};
            ++accounts[index_of(ladder.level_of(window.move_to(day), seniority))];
          }
        }
      });
  for (const auto& of_thread : counted) {
    for (std::size_t at = 0; at < levels.size(); ++at) {
      for (std::size_t level = 0; level < kLevelCount; ++level) {
        levels[at].accounts[level] += of_thread[at].accounts[level];
      }
    }
  }
  return levels;
}

}  // namespace

std::vector<Day> month_ends_to_try(const ScoredActivity& activity, Day known) {
  std::vector<Day> days;
  known = std::min(known, activity.days().last);
  Day day = last_month_end(known - kSilentDays);
  while (days.size() < kMonths && day - kSilentDays >= activity.days().first) {
    days.push_back(day);
    day = last_month_end(day - 1);
  }
  std::ranges::reverse(days);
  return days;
}

WhatIf what_if(DefinitionView view, const Cores& cores) {
  WhatIf answer{std::move(view), {}, {}};
  const ScoredActivity& activity = *answer.view.scored;
  const Definition& definition = answer.view.definition;
  const DayRange days{activity.days().first, answer.view.day};
  if (activity.days().length() == 0 || days.length() <= 0) return answer;
  const bool by_window_alone = !definition.has_standing_inputs() && !definition.onboarding;
  answer.history =
      by_window_alone ? every_day(answer.view, days, cores) : every_week(answer.view, days, cores);
  answer.trial = try_levels(activity, definition, month_ends_to_try(activity, days.last),
                            accounts_to_try(answer.view.activity->account_ids), cores);
  return answer;
}

Result<WhatIfComparison> compare_what_if(Store& store, const Definition& is,
                                         const Definition& becomes, std::optional<Day> day,
                                         Day last_finished,
                                         std::shared_ptr<const LoadedActivity> loaded,
                                         const Cores& cores) {
  if (loaded->history.days().length() == 0) {
    return Error{ErrorKind::not_found, "there is no activity yet; import events first"};
  }
  const auto published = store.published_days();
  if (!published) return published.error();
  const Day last = published->empty() ? last_finished : published->back().day;
  const Day latest = std::max(last, loaded->history.days().last);
  if (day && (*day > latest || *day < loaded->history.days().first)) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is no day from {} to {}", day_text(*day),
                             day_text(loaded->history.days().first), day_text(latest))};
  }
  const Day shown = day.value_or(std::min(last, loaded->history.days().last));
  auto before = view_definition(store, is, shown, CutsOf::publication, std::move(loaded), cores);
  if (!before) return before.error();
  auto after = view_definition(store, becomes, shown, CutsOf::day, before->activity, cores);
  if (!after) return after.error();
  WhatMoves moves = what_moves(before->levels, after->levels);
  return WhatIfComparison{what_if(*std::move(before), cores), what_if(*std::move(after), cores),
                          std::move(moves), definition_differences(is, becomes)};
}

}  // namespace tidemark
