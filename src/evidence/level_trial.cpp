#include "evidence/level_trial.h"

#include <algorithm>

#include "evidence/calibration.h"
#include "evidence/ranking.h"
#include "evidence/silence.h"
#include "scoring/level_ladder.h"
#include "scoring/running_sums.h"

namespace tidemark {
namespace {

/// What a month-end told.
struct Told {
  std::vector<Forecast> by_points;
  std::array<SilenceCount, kLevelCount> by_level;
};

Told tell(const ScoredActivity& activity, const Definition& definition, const LevelLadder& ladder,
          Day day, const std::vector<AccountNumber>& accounts) {
  Told told;
  const DayRange lately{day - (kSilentDays - 1), day};
  RunningSums sums(activity,
                   {std::min(activity.window_until(day).first, lately.first), day + kSilentDays});
  const bool has_standing = definition.has_standing_inputs();
  AccountDays memory;
  for (const AccountNumber account : accounts) {
    const auto first_day = activity.first_day(account);
    if (!first_day || *first_day > day || !sums.read(account)) continue;
    Window held = sums.window(day);
    // The same accounts under any window: those that have not churned yet.
    if (sums.active_days(lately) == 0) continue;
    if (has_standing)
      held = SlidingWindow::over(activity, account, {day, day}, memory).move_to(day);
    const bool left = sums.active_days({day + 1, day + kSilentDays}) == 0;
    const auto settled_from = activity.settled_from(account);
    const Seniority seniority{day - *first_day + 1, settled_from && *settled_from <= day};
    told.by_points.push_back({-static_cast<double>(held.points().milli), left});
    told.by_level[index_of(ladder.level_of(held, seniority))].add(left);
  }
  return told;
}

}  // namespace

std::int64_t LevelTrial::looks() const {
  std::int64_t looks = 0;
  for (const SilenceRate& rate : by_level) looks += rate.all;
  return looks;
}

LevelTrial try_levels(const ScoredActivity& activity, const Definition& definition,
                      const std::vector<Day>& month_ends,
                      const std::vector<AccountNumber>& accounts, const Cores& cores) {
  LevelTrial trial;
  trial.days = month_ends;
  trial.accounts = accounts.size();
  std::vector<Told> told(month_ends.size());
  std::vector<std::optional<double>> areas(month_ends.size());
  cores.for_ranges(month_ends.size(), 1, [&](std::size_t first, std::size_t last, unsigned) {
    for (std::size_t at = first; at < last; ++at) {
      const bool is_by_hand = definition.levels.recalibrate == Recalibrate::by_hand;
      const Day made = last_month_end(month_ends[is_by_hand ? 0 : at] - 1);
      const auto cuts = calibrate(made, take_samples_of(activity, made, accounts)).cuts;
      told[at] =
          tell(activity, definition, LevelLadder(definition, cuts), month_ends[at], accounts);
      areas[at] = Ranking(std::move(told[at].by_points)).area_under_roc();
    }
  });
  trial.auc = mean_of(areas);
  std::array<SilenceCount, kLevelCount> by_level;
  for (const Told& of_day : told) {
    for (std::size_t level = 0; level < kLevelCount; ++level) {
      by_level[level] += of_day.by_level[level];
    }
  }
  for (std::size_t level = 0; level < kLevelCount; ++level) {
    trial.by_level[level] = by_level[level].rate();
  }
  SilenceCount above_low = by_level[index_of(Level::medium)];
  above_low += by_level[index_of(Level::high)];
  trial.above_low = above_low.rate();
  return trial;
}

}  // namespace tidemark
