#include "cli/level_source.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include <fmt/format.h>

#include "cli/surroundings.h"
#include "score/score_run.h"

namespace tidemark {
namespace {

Result<LevelSource> compute(Workspace& workspace, const Invocation& invocation,
                            const ListingOptions& options) {
  const auto days = listed_days(options, last_finished_day(invocation.clock, workspace.zone));
  if (!days) return days.error();
  const Cores cores = Cores::all();
  auto listed = load_listed(workspace, options, cores);
  if (!listed) return listed.error();
  const ScoredActivity scored = listed->scored(cores);
  const auto calibration = listed_calibration(options, scored, days->first - 1, cores);
  if (!calibration) return calibration.error();
  const LevelLadder ladder(listed->definition, calibration->cuts);
  LevelSource source{compute_levels(scored, ladder, *days, cores), {}, {}, {}, {}};
  source.by_id = listed->by_id();
  source.account_ids = std::move(listed->account_ids);
  source.reference = reference_of(listed->definition, calibration->cuts);
  return source;
}

Result<LevelSource> read_published(Workspace& workspace, const ListingOptions& options) {
  auto published = PublishedRules::load(*workspace.store);
  if (!published) return published.error();
  if (published->days().empty()) {
    return Error{
        ErrorKind::not_found,
        "nothing is published yet; run tidemark score, or give --definition FILE to compute"};
  }
  const auto days = listed_days(options, published->days().back().day);
  if (!days) return days.error();
  const DayRange there{std::max(days->first, published->days().front().day),
                       std::min(days->last, published->days().back().day)};
  if (there != *days) {
    print_beside("tidemark: only the days from {} to {} are published\n",
                 day_text(published->days().front().day), day_text(published->days().back().day));
  }
  auto listing = published_levels(*workspace.store, there);
  if (!listing) return listing.error();
  LevelSource source{*std::move(listing), {}, {}, *std::move(published), {}};
  auto account_ids = workspace.store->account_ids();
  if (!account_ids) return account_ids.error();
  source.account_ids = *std::move(account_ids);
  source.by_id = numbers_by_id(source.account_ids);
  return source;
}

}  // namespace

std::optional<Points> LevelSource::reference_on(Day day) const {
  if (!published) return reference;
  const auto rules = published->on(day);
  return rules ? rules->reference() : std::nullopt;
}

Result<LevelSource> open_levels(const Invocation& invocation, const ListingOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  return options.has_own_rules() ? compute(*workspace, invocation, options)
                                 : read_published(*workspace, options);
}

}  // namespace tidemark
