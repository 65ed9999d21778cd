#include "score/overview.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "scoring/display.h"

namespace tidemark {
namespace {

const PublishedDay* find_day(const std::vector<PublishedDay>& days, Day day) {
  const auto found = std::ranges::lower_bound(days, day, {}, &PublishedDay::day);
  return found != days.end() && found->day == day ? &*found : nullptr;
}

const Calibration* find_calibration(const std::vector<Calibration>& calibrations,
                                    const std::optional<Day>& day) {
  const auto found = std::ranges::find(calibrations, day, [](const Calibration& calibration) {
    return std::optional(calibration.day);
  });
  return found != calibrations.end() ? &*found : nullptr;
}

std::optional<std::uint8_t> display_under(const Calibration* calibration, Points points) {
  if (calibration == nullptr || !calibration->cuts) return std::nullopt;
  return display_of(points, calibration->cuts->reference);
}

}  // namespace

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
  const auto days = store.published_days();
  if (!days) return days.error();
  if (days->empty()) {
    return Error{ErrorKind::not_found, "nothing is scored yet; run tidemark score"};
  }
  const PublishedDay* today = find_day(*days, day.value_or(days->back().day));
  if (today == nullptr) {
    return Error{ErrorKind::not_found,
                 fmt::format("{} is not published; the days from {} to {} are", day_text(*day),
                             day_text(days->front().day), day_text(days->back().day))};
  }
  Overview overview;
  overview.today = *today;
  for (const PublishedDay* past = today;; --past) {
    if (Overview::active_accounts_of(*past) > 0) overview.last_active_day = past->day;
    if (overview.last_active_day || past == days->data()) break;
  }
  const PublishedDay* before = find_day(*days, today->day - 1);
  if (before != nullptr) overview.day_before = *before;
  for (int week = weeks - 1; week >= 0; --week) {
    if (const PublishedDay* past = find_day(*days, today->day - 7 * week)) {
      overview.weeks.push_back(*past);
    }
  }
  const auto calibrations = store.calibrations();
  if (!calibrations) return calibrations.error();
  const Calibration* calibration = find_calibration(*calibrations, today->calibration);
  const Calibration* calibration_before =
      before != nullptr ? find_calibration(*calibrations, before->calibration) : nullptr;
  if (calibration != nullptr) overview.calibration = *calibration;

  const auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  const auto changes = store.changes_within({today->day, today->day});
  if (!changes) return changes.error();
  for (const Change& change : *changes) {
    overview.moves.push_back({(*account_ids)[change.account], change,
                              display_under(calibration_before, change.points_before),
                              display_under(calibration, change.points_after)});
  }
  std::ranges::sort(overview.moves, {}, [](const Overview::Move& move) {
    const bool is_upwards = move.change.to > move.change.from;
    const std::int64_t gain = move.change.points_after.milli - move.change.points_before.milli;
    return std::tuple(is_upwards, is_upwards ? -gain : gain, move.account_id);
  });
  return overview;
}

}  // namespace tidemark
