#include <memory>

#include <fmt/format.h>

#include "cli/listing.h"
#include "score/score_listing.h"
#include "score/score_run.h"

namespace tidemark {

RunCommand declare_scores(CLI::App& app) {
  const auto options = std::make_shared<ListingOptions>();
  add_listing_options(app, *options, TakesCalibration::no);
  app.footer(
      "Points are in thousandths, habit in thousandths of a day. Scores are computed from the "
      "events as they are now.\n\nExamples:\n  tidemark scores --from 2026-03-01 --to 2026-03-31 "
      "--csv > march.csv\n  tidemark scores --to 2026-03-31 --definition draft.toml");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto days = listed_days(*options, last_finished_day(invocation.clock, workspace->zone));
    if (!days) return days.error();
    const Cores cores = Cores::all();
    const auto listed = load_listed(*workspace, *options, cores);
    if (!listed) return listed.error();
    const LoadedActivity& activity = *listed;
    const ScoredActivity scored = activity.scored(cores);
    RowWriter rows(*options, invocation.terminal,
                   {{"day"},
                    {"account_id"},
                    {"milli_points", Table::Align::right},
                    {"engaged_days", Table::Align::right},
                    {"habit_milli_days", Table::Align::right},
                    {"active", Table::Align::right}});
    DayColumn days_of_rows;
    for_each_score(scored, *days, activity.by_id(), cores, [&](const ScoreOfDay& score) {
      rows.add({days_of_rows.text(score.day), activity.account_ids[score.account],
                fmt::format_int(score.window.points().milli).c_str(),
                fmt::format_int(score.window.engaged_days).c_str(),
                fmt::format_int(score.habit_milli_days).c_str(),
                score.window.active_days > 0 ? "1" : "0"});
    });
    return {};
  };
}

}  // namespace tidemark
