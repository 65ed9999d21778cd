#include "cli/level_source.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include <fmt/format.h>

#include "score/score_run.h"

namespace tidemark {
namespace {

std::optional<Points> reference_of(const Calibration& calibration) {
  return calibration.cuts ? std::optional(calibration.cuts->reference) : std::nullopt;
}

Result<LevelSource> compute(Workspace& workspace, const Invocation& invocation,
                            const ListingOptions& options) {
  const auto days = listed_days(options, last_finished_day(invocation.clock, workspace.zone));
  if (!days) return days.error();
  const Cores cores = Cores::all();
  auto listed = load_listed(workspace, options, cores);
  if (!listed) return listed.error();
  const ScoredActivity scored = listed->activity.scored_by(listed->definition, cores);
  const auto calibration = listed_calibration(options, scored, days->first - 1, cores);
  if (!calibration) return calibration.error();
  LevelSource source{compute_levels(scored, calibration->cuts, *days, cores), {}, {}, {}, {}};
  source.by_id = listed->activity.by_id();
  source.account_ids = std::move(listed->activity.account_ids);
  source.calibrations.push_back(*calibration);
  return source;
}

Result<LevelSource> read_published(Workspace& workspace, const ListingOptions& options) {
  auto published = workspace.store->published_days();
  if (!published) return published.error();
  if (published->empty()) {
    return Error{
        ErrorKind::not_found,
        "nothing is published yet; run tidemark score, or give --definition FILE to compute"};
  }
  const auto days = listed_days(options, published->back().day);
  if (!days) return days.error();
  const DayRange there{std::max(days->first, published->front().day),
                       std::min(days->last, published->back().day)};
  if (there != *days) {
    fmt::print(stderr, "tidemark: only the days from {} to {} are published\n",
               day_text(published->front().day), day_text(published->back().day));
  }
  auto listing = published_levels(*workspace.store, there);
  if (!listing) return listing.error();
  LevelSource source{*std::move(listing), {}, {}, *std::move(published), {}};
  auto account_ids = workspace.store->account_ids();
  if (!account_ids) return account_ids.error();
  source.account_ids = *std::move(account_ids);
  source.by_id = numbers_by_id(source.account_ids);
  auto calibrations = workspace.store->calibrations();
  if (!calibrations) return calibrations.error();
  source.calibrations = *std::move(calibrations);
  return source;
}

}  // namespace

std::optional<Points> LevelSource::reference_on(Day day) const {
  if (published_days.empty()) return reference_of(calibrations.front());
  const auto published = std::ranges::lower_bound(published_days, day, {}, &PublishedDay::day);
  if (published == published_days.end() || !published->calibration) return std::nullopt;
  const auto calibration =
      std::ranges::find(calibrations, *published->calibration, &Calibration::day);
  CHECK(calibration != calibrations.end());
  return reference_of(*calibration);
}

Result<LevelSource> open_levels(const Invocation& invocation, const ListingOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  return options.has_own_rules() ? compute(*workspace, invocation, options)
                                 : read_published(*workspace, options);
}

}  // namespace tidemark
