#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/interruption.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/gaps_json.h"
#include "score/gap_mark.h"
#include "score/gap_report.h"
#include "score/score_run.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct GapOptions {
  std::optional<Day> from;
  std::optional<Day> to;
  std::optional<Day> day;  // to mark, or to lift
  std::string why = "marked by hand";
  bool as_json = false;
};

std::string mark_words(const GapDay& day) {
  if (!day.mark) return day.is_published ? "published as it came" : "";
  if (day.mark->is_lifted) return "mark lifted";
  return day.is_published ? "nobody moved" : "nobody will move";
}

void print_gaps(const std::vector<GapDay>& days, const Definition& definition,
                const Terminal& terminal) {
  if (days.empty()) {
    print("No day looks as if events were missing.\n");
    return;
  }
  Table table({{"Day"}, {"levels"}, {"what came"}});
  for (const GapDay& day : days) {
    table.add(
        {readable_day(day.day), mark_words(day), visible(gap_evidence_words(day, definition))});
  }
  print("{}\n{}\n", table.text(terminal),
        wrapped("Far less came from many accounts at once than on the same weekday before. A "
                "holiday can look so too. tidemark gaps mark DAY holds the levels of a day, "
                "tidemark gaps lift DAY publishes it like any other.",
                terminal.width()));
}

Result<void> list_gaps(const Invocation& invocation, const GapOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const DayRange days{options.from.value_or(kFirstDay),
                      options.to.value_or(last_finished_day(invocation.clock, workspace->zone))};
  const auto sources = workspace->control->sources();
  if (!sources) return sources.error();
  const auto report =
      report_gaps(*workspace->store, workspace->definition, *sources, days, Cores::all());
  if (!report) return report.error();
  if (options.as_json) {
    print("{}\n", gaps_json(*report, workspace->definition).dump(1));
  } else {
    print_gaps(*report, workspace->definition, invocation.terminal);
  }
  return {};
}

Result<void> mark_day(const Invocation& invocation, const GapOptions& options, bool lifts) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const Interruption interruption;
  ProgressBar progress(invocation.clock);
  const GapMark mark{*options.day, options.why, lifts};
  const auto outcome = mark_gap(*workspace->store, workspace->definition, mark,
                                last_finished_day(invocation.clock, workspace->zone),
                                interruption.is_asked(), [&](Day done, Day last) {
                                  progress.show(double(done - mark.day + 1) / (last - mark.day + 1),
                                                fmt::format("published up to {}", day_text(done)));
                                });
  if (!outcome) return outcome.error();
  auto noted = note_change(*workspace->control, invocation.clock, lifts ? "gap.lift" : "gap.mark",
                           day_text(mark.day), lifts ? "" : mark.why);
  if (!noted) return noted;
  if (outcome->published_anew == 0) {
    print("{} is {}.\n", readable_day(mark.day),
          lifts ? "to be published like any other" : "marked: nobody will move on it");
    return {};
  }
  print("{} {}; {} published anew: {}, {} before.\n", readable_day(mark.day),
        lifts ? "counts like any other day" : "is marked: nobody moves on it",
        counted(outcome->published_anew, "day", "days"), counted(outcome->moves, "move", "moves"),
        outcome->moves_before);
  return {};
}

}  // namespace

RunCommand declare_gaps(CLI::App& app) {
  const auto options = std::make_shared<GapOptions>();
  add_day_option(app, "--from", options->from, "Days from this one on; else all");
  add_day_option(app, "--to", options->to, "Up to this day; else the last that has ended");
  app.add_flag("--json", options->as_json, "As JSON");
  CLI::App* mark =
      app.add_subcommand("mark", "Hold the levels of a day of which events are missing");
  add_day_option(*mark, "DAY", options->day, "The day")->required();
  mark->add_option("--why", options->why, "What happened, for those who ask")->type_name("TEXT");
  CLI::App* lift = app.add_subcommand("lift", "Publish a marked day like any other");
  add_day_option(*lift, "DAY", options->day, "The day")->required();
  app.footer(
      "tidemark score marks days of the last week by itself. Marking and lifting publish the days "
      "since anew, by today's definition.\n\n"
      "Examples:\n  tidemark gaps\n"
      "  tidemark gaps mark 2026-03-17 --why 'the web SDK sent nothing after 14:00'\n"
      "  tidemark gaps lift 2026-03-17");
  return [=](const Invocation& invocation) -> Result<void> {
    if (mark->parsed()) return mark_day(invocation, *options, false);
    if (lift->parsed()) return mark_day(invocation, *options, true);
    return list_gaps(invocation, *options);
  };
}

}  // namespace tidemark
