#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/cut_words.h"
#include "cli/listing.h"
#include "evidence/calibration.h"
#include "score/score_run.h"
#include "wire/calibration_json.h"

namespace tidemark {
namespace {

struct CalibrationOptions {
  std::optional<Day> day;
  std::string definition_file;
  bool as_json = false;
};

/// The published calibration of the day; none where there is none, or where another definition is
/// asked about.
Result<std::optional<Calibration>> find_published(Store& store, const CalibrationOptions& options) {
  std::optional<Calibration> found;
  if (!options.definition_file.empty()) return found;
  const auto calibrations = store.calibrations();
  if (!calibrations) return calibrations.error();
  for (const Calibration& calibration : *calibrations) {
    if (!options.day || calibration.day == *options.day) found = calibration;
  }
  return found;
}

}  // namespace

RunCommand declare_calibration(CLI::App& app) {
  const auto options = std::make_shared<CalibrationOptions>();
  add_day_option(app, "--day", options->day, "The day; else the last calibration published");
  app.add_option("--definition", options->definition_file, "Calibrate under this definition")
      ->type_name("FILE");
  app.add_flag("--json", options->as_json, "As JSON, in thousandths of a point");
  app.footer(
      "Shows the calibration published for the day; where there is none, the one that would be.\n\n"
      "Examples:\n  tidemark calibration\n  tidemark calibration --day 2026-03-31 --json > "
      "cuts.json");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    auto published = find_published(*workspace->store, *options);
    if (!published) return published.error();
    std::optional<Calibration> calibration = *published;
    if (!calibration) {
      const Cores cores = Cores::all();
      ListingOptions listing;
      listing.definition_file = options->definition_file;
      const auto listed = load_listed(*workspace, listing, cores);
      if (!listed) return listed.error();
      const ScoredActivity scored = listed->scored(cores);
      const Day day = options->day.value_or(last_finished_day(invocation.clock, workspace->zone));
      calibration = calibrate(day, take_samples(scored, day, cores));
    }
    if (options->as_json) {
      fmt::print("{}\n", calibration_json(*calibration));
      return {};
    }
    fmt::print(
        "{}\n\n{}\n",
        invocation.terminal.bold(fmt::format("Calibration of {}{}", readable_day(calibration->day),
                                             *published ? "" : ", computed now, not published")),
        cut_words(*calibration));
    Table table({{""}, {"", Table::Align::right}});
    table.add(
        {"churn episodes in the last 120 days", with_separators(calibration->churn_episodes)});
    table.add(
        {"weekly snapshots followed by silence", with_separators(calibration->snapshots_left)});
    table.add(
        {"weekly snapshots of those who stayed", with_separators(calibration->snapshots_stayed)});
    table.add({"engaged accounts", with_separators(calibration->engaged_accounts)});
    fmt::print("\n{}", table.text(invocation.terminal));
    return {};
  };
}

}  // namespace tidemark
