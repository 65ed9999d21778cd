#include "score/overview.h"

#include <algorithm>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "score/account_activity.h"
#include "score/calibration_report.h"
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

namespace {

/// What changed in the account's points within the last week.
Result<void> explain(Store& store, std::span<Overview::Move> moves, const Overview& overview) {
  constexpr int kWeek = 7;
  const Cores one_core(1);
  for (Overview::Move& move : moves) {
    const auto activity =
        load_activity_of(store, move.change.account, move.account_id, overview.definition);
    if (!activity) return activity.error();
    const ScoredActivity scored = activity->scored(one_core);
    move.why = term_differences(score_terms(*activity, scored, 0, overview.today.day - kWeek),
                                score_terms(*activity, scored, 0, overview.today.day));
  }
  return {};
}

}  // namespace

Result<Overview> overview_of(Store& store, std::optional<Day> day, int weeks,
                             std::size_t explained) {
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
  const auto marks = store.incomplete_days();
  if (!marks) return marks.error();
  const RulesOfDay rules_today = rules->of(*today);
  overview.definition = rules_today.definition;
  const DayRange window = overview.definition.window_until(today->day);
  std::ranges::copy_if(*marks, std::back_inserter(overview.held), [&](const IncompleteDay& mark) {
    return !mark.is_lifted && window.contains(mark.day);
  });
  if (rules_today.calibration != nullptr) {
    overview.calibration = *rules_today.calibration;
    auto evidence = kept_evidence(store, overview.calibration->day);
    if (!evidence) return evidence.error();
    overview.evidence = *std::move(evidence);
  }

  const auto zone = TimeZone::named(overview.definition.time_zone);
  if (!zone) return zone.error();
  DayReader days(*zone);
  const auto last = store.last_event(days.begin_of(today->day + 1));
  if (!last) return last.error();
  if (*last) overview.last_event_day = days.day_of(**last);

  const auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  const auto changes = store.changes_within({today->day, today->day});
  if (!changes) return changes.error();
  for (const Change& change : *changes) {
    overview.moves.push_back(
        {(*account_ids)[change.account],
         change,
         before != nullptr ? rules->of(*before).display(change.points_before) : std::nullopt,
         rules_today.display(change.points_after),
         {}});
  }
  std::ranges::sort(overview.moves, {}, [](const Overview::Move& move) {
    const bool is_upwards = move.change.to > move.change.from;
    const std::int64_t gain = move.change.points_after.milli - move.change.points_before.milli;
    return std::tuple(is_upwards, is_upwards ? -gain : gain, move.account_id);
  });
  const std::size_t first_moves = std::min(explained, overview.moves.size());
  if (auto done = explain(store, std::span(overview.moves).first(first_moves), overview); !done) {
    return done.error();
  }
  return overview;
}

}  // namespace tidemark
