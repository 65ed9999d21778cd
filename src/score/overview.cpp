#include "score/overview.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "score/published_rules.h"

namespace tidemark {

bool went_silent(const Change& change) { return change.to == Level::inactive; }
bool came_back(const Change& change) { return change.from == Level::inactive; }
bool is_fall(const Change& change) { return !went_silent(change) && change.to < change.from; }
bool is_rise(const Change& change) { return !came_back(change) && change.to > change.from; }

std::int64_t Overview::active_accounts_of(const PublishedDay& day) {
  return std::accumulate(day.accounts.begin(), day.accounts.end(), std::int64_t{0}) -
         day.accounts[index_of(Level::inactive)];
}

std::int64_t Overview::count_moves(bool (*is_of_kind)(const Change&)) const {
  return std::ranges::count_if(moves, [&](const Move& move) { return is_of_kind(move.change); });
}

Result<Overview> overview_of(Store& store, std::optional<Day> day, int weeks) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto found = rules->day_or_last(day);
  if (!found) return found.error();
  const PublishedDay* today = *found;
  Overview overview;
  overview.today = *today;
  for (const PublishedDay* past = today;; --past) {
    if (Overview::active_accounts_of(*past) > 0) overview.last_active_day = past->day;
    if (overview.last_active_day || past == rules->days().data()) break;
  }
  const PublishedDay* before = rules->find(today->day - 1);
  if (before != nullptr) overview.day_before = *before;
  for (int week = weeks - 1; week >= 0; --week) {
    if (const PublishedDay* past = rules->find(today->day - 7 * week)) {
      overview.weeks.push_back(*past);
    }
  }
  const RulesOfDay rules_today = rules->of(*today);
  if (rules_today.calibration != nullptr) overview.calibration = *rules_today.calibration;

  const auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  const auto changes = store.changes_within({today->day, today->day});
  if (!changes) return changes.error();
  for (const Change& change : *changes) {
    overview.moves.push_back(
        {(*account_ids)[change.account], change,
         before != nullptr ? rules->of(*before).display(change.points_before) : std::nullopt,
         rules_today.display(change.points_after)});
  }
  std::ranges::sort(overview.moves, {}, [](const Overview::Move& move) {
    const bool is_upwards = move.change.to > move.change.from;
    const std::int64_t gain = move.change.points_after.milli - move.change.points_before.milli;
    return std::tuple(is_upwards, is_upwards ? -gain : gain, move.account_id);
  });
  return overview;
}

}  // namespace tidemark
