#include <algorithm>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/interruption.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/calibration_words.h"
#include "score/opened_work.h"
#include "score/score_run.h"
#include "wire/definition_json.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct ScoreOptions {
  std::optional<Day> until;
  std::optional<Day> recompute_from;
  bool is_confirmed = false;  // also days without any event
  bool is_anew = false;
  bool is_recalibrated = false;
  bool as_json = false;
  unsigned workers = 1;
};

/// The last day a run is to publish.
Result<Day> last_to_publish(Workspace& workspace, const ScoreOptions& options, Day finished) {
  if (options.until) return *options.until;
  if (options.is_confirmed) return finished;
  const auto active = last_day_with_events(*workspace.store, finished, workspace.zone);
  if (!active) return active.error();
  return active->value_or(finished);
}

Result<ScoreOutcome> run_score(Workspace& workspace, const Invocation& invocation,
                               const ScoreOptions& options) {
  const Day finished = last_finished_day(invocation.clock, workspace.zone);
  if (options.until && *options.until > finished) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("--until {}: the last finished day is {}", day_text(*options.until),
                             day_text(finished))};
  }
  const auto to_publish = last_to_publish(workspace, options, finished);
  if (!to_publish) return to_publish.error();
  const Day last = *to_publish;
  const Interruption interruption;
  ProgressBar progress(invocation.clock);
  progress.show(0, "reading events");
  const auto recalibrates = workspace.control->setting(std::string(kRecalibrateNext));
  if (!recalibrates) return recalibrates.error();
  const bool is_recalibrated = options.is_recalibrated || !recalibrates->empty();
  if (MappedTables* const tables = workspace.store->mapped_tables(); tables != nullptr) {
    const auto alone = [](const std::function<Result<void>()>& work) { return work(); };
    const auto looked = tables->look(invocation.clock.now(), alone);
    if (!looked) return looked.error();
  }
  const auto events = workspace.store->event_count();
  if (!events) return events.error();
  if (*events == 0) {
    return Error{ErrorKind::not_found, "there are no events yet; run tidemark import FILE"};
  }
  std::optional<OpenedWork> shared;
  std::unique_ptr<Team> team = std::make_unique<Alone>();
  if (options.workers > 1 && options.recompute_from) {
    return Error{ErrorKind::invalid_input,
                 "--recompute-from runs in one process: leave --workers out"};
  }
  if (options.workers > 1) {
    // While others are waited for, nobody could store an event.
    if (surroundings().is_served()) {
      return Error{ErrorKind::conflict,
                   "the server has the workspace open: let it lead (serve --workers), or stop it"};
    }
    auto opened = OpenedWork::open(*workspace.store,
                                   {TIDEMARK_VERSION,
                                    definition_hash(workspace.definition),
                                    last,
                                    finished,
                                    is_recalibrated,
                                    options.is_anew,
                                    {}},
                                   options.workers);
    if (!opened) return opened.error();
    shared.emplace(*std::move(opened));
    auto members = std::make_unique<BoardTeam>(
        shared->board(), shared->work().number, 1, shared->terms().shares, interruption.is_asked(),
        [&](std::size_t missing) {
          progress.show(0, missing == 0 ? std::string("reading events")
                                        : fmt::format("waiting for {} of {} workers: tidemark work "
                                                      "2/{} and so on",
                                                      missing, options.workers, options.workers));
        });
    if (auto met = members->meet(); !met) return met.error();
    team = std::move(members);
  }
  const Cores cores = Cores::all();
  const auto activity =
      load_activity(*workspace.store, workspace.definition, cores, team->accounts());
  if (!activity) return activity.error();
  ScoreRun run(*workspace.store, *activity, cores, *team);
  const auto days = run.active_days();
  if (!days) return days.error();
  if (days->length() == 0) {
    return Error{ErrorKind::not_found,
                 "no event is activity: the definition's not_activity names them all"};
  }
  const Day first = days->first;
  if (last < first) {
    return Error{ErrorKind::not_found,
                 fmt::format("nothing to publish up to {}: the first day with activity is {}{}",
                             day_text(last), day_text(first),
                             first > finished ? ", which has not ended yet" : "")};
  }
  const auto unfinished = workspace.store->unfinished_imports();
  if (!unfinished) return unfinished.error();
  for (const std::string& name : *unfinished) {
    print_beside("tidemark: {} was imported only in part; run its import again to go on\n", name);
  }
  if (options.is_anew) run.begin_anew();
  if (options.recompute_from) run.recompute_from(*options.recompute_from);
  auto sources = workspace.control->sources();
  if (!sources) return sources.error();
  run.watch_recent(finished, *std::move(sources));
  if (is_recalibrated) run.recalibrate_now();
  auto outcome = run.until(last, interruption.is_asked(), [&](Day done) {
    progress.show(double(done - first + 1) / (last - first + 1),
                  fmt::format("published up to {}", day_text(done)));
  });
  if (outcome && outcome->days.length() > 0) {
    auto cleared = workspace.control->clear(std::string(kRecalibrateNext), *recalibrates);
    if (!cleared) return cleared.error();
  }
  return outcome;
}

/// Days that have ended and are not published, as no event has come of them.
void print_days_without_events(Day published, Day finished) {
  if (published >= finished) return;
  print(
      "{} without any event after {}: not published. If the clock is right and nothing is to come, "
      "tidemark score --yes publishes {}.\n",
      counted(finished - published, "day has ended", "days have ended"), readable_day(published),
      finished - published == 1 ? "it" : "them");
}

void print_outcome(const ScoreOutcome& outcome, const Definition& definition,
                   const Terminal& terminal, double seconds) {
  if (outcome.unpublished_since) {
    print(
        "There is activity since {}, before the first published day; --republish starts the "
        "history over and includes it.\n",
        readable_day(*outcome.unpublished_since));
  }
  if (outcome.days.length() == 0) {
    print("Every finished day is published already; nothing to do.\n");
    return;
  }
  print("Published {} from {} to {}: {} between levels, {}, in {:.1f} s.\n",
        counted(outcome.days.length(), "day", "days"), readable_day(outcome.days.first),
        readable_day(outcome.days.last), counted(outcome.changes, "move", "moves"),
        counted(std::ssize(outcome.calibrations), "calibration", "calibrations"), seconds);
  if (outcome.corrections > 0) {
    print("{} had late events: published days stay as they were, the difference is recorded.\n",
          counted(outcome.corrections, "account", "accounts"));
  }
  for (const IncompleteDay& day : outcome.held) {
    print("{}\n", wrapped(fmt::format("{} is marked incomplete and nobody moved on it: {}. See "
                                      "tidemark gaps.",
                                      readable_day(day.day), visible(day.why)),
                          terminal.width()));
  }
  if (!outcome.calibrations.empty()) {
    print("{}\n", wrapped(level_words(definition, outcome.calibrations.back()), terminal.width()));
  }
}

/// Before days are forgotten that are not published again: what waits of them is withdrawn, so that
/// nobody sends it meanwhile. What was delivered of them.
Result<std::vector<Parcel>> take_back_deliveries(Workspace& workspace, const ScoreOptions& options,
                                                 const Clock& clock) {
  const auto published = workspace.store->published_days();
  if (!published) return published.error();
  const auto last = last_to_publish(workspace, options, last_finished_day(clock, workspace.zone));
  if (!last) return last.error();
  const bool forgets = options.is_anew || options.recompute_from;
  if (!forgets || published->empty() || published->back().day <= *last) {
    return std::vector<Parcel>{};
  }
  if (auto done = workspace.control->plays().take_back_after(*last); !done) return done.error();
  return workspace.control->outbox().take_back_after(*last);
}

void print_taken_back(const std::vector<Parcel>& delivered) {
  if (delivered.empty()) return;
  constexpr std::size_t kShown = 20;
  print("\n{} of days that are no longer published:\n",
        counted(std::ssize(delivered), "delivery was made", "deliveries were made"));
  for (const Parcel& one : std::span(delivered).first(std::min(kShown, delivered.size()))) {
    print("  {}  {}  {}\n", day_text(one.day), visible(one.destination),
          visible(one.account.empty() ? one.id : one.account));
  }
  if (delivered.size() > kShown) {
    print("  and {} more: tidemark destinations deliveries --state delivered\n",
          delivered.size() - kShown);
  }
}

std::string outcome_words(const Result<ScoreOutcome>& outcome) {
  if (!outcome) return outcome.error().message;
  return fmt::format("published {}", counted(outcome->days.length(), "day", "days"));
}

}  // namespace

RunCommand declare_score(CLI::App& app) {
  const auto options = std::make_shared<ScoreOptions>();
  add_day_option(app, "--until", options->until,
                 "The last day to publish; else the last that has ended");
  app.add_flag("--republish", options->is_anew,
               "Forget what was published and publish the whole history under today's definition");
  add_day_option(app, "--recompute-from", options->recompute_from,
                 "Forget what was published from this day on and publish it again under today's "
                 "definition; days that have not ended are only forgotten");
  app.add_flag("--yes", options->is_confirmed,
               "Publish days of which no event has come, too: all accounts were silent then");
  app.add_flag("--recalibrate", options->is_recalibrated,
               "Make the cuts anew before the next day, whatever recalibrate says");
  app.add_option("--workers", options->workers,
                 "How many processes reckon it together, this one among them; the others are "
                 "started by tidemark work 2/N, 3/N …")
      ->check(CLI::Range(1U, 1'000U))
      ->type_name("N");
  app.add_flag("--json", options->as_json, "Say how it went as JSON");
  app.footer(
      "Examples:\n  tidemark score\n  tidemark score --until 2026-03-31\n"
      "  tidemark score --republish     # after tidemark.toml was edited while setting up\n"
      "  tidemark score --recompute-from 2026-04-01     # after a wrong clock was set right");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const Instant started = invocation.clock.now();
    const auto entry = workspace->control->begin("score", started);
    if (!entry) return entry.error();
    const auto taken_back = take_back_deliveries(*workspace, *options, invocation.clock);
    const auto outcome = taken_back ? run_score(*workspace, invocation, *options)
                                    : Result<ScoreOutcome>(taken_back.error());
    const Instant ended = invocation.clock.now();
    if (auto noted = workspace->control->end(*entry, outcome_words(outcome), ended); !noted) {
      return noted;
    }
    if (!outcome) return outcome.error();
    if (!options->as_json) {
      print_outcome(*outcome, workspace->definition, invocation.terminal,
                    std::chrono::duration<double>(ended - started).count());
      print_taken_back(*taken_back);
      const auto published = workspace->store->published_days();
      if (!published) return published.error();
      if (!published->empty() && !options->until) {
        print_days_without_events(published->back().day,
                                  last_finished_day(invocation.clock, workspace->zone));
      }
      return {};
    }
    Json json = {{"taken_back", Json::array()},
                 {"days", outcome->days.length()},
                 {"changes", outcome->changes},
                 {"corrections", outcome->corrections},
                 {"calibrations", outcome->calibrations.size()},
                 {"held", Json::array()}};
    for (const Parcel& one : *taken_back) {
      json["taken_back"].push_back({{"day", day_text(one.day)},
                                    {"destination", one.destination},
                                    {"account_id", one.account},
                                    {"id", one.id}});
    }
    for (const IncompleteDay& day : outcome->held) {
      json["held"].push_back({{"day", day_text(day.day)}, {"why", day.why}});
    }
    if (outcome->days.length() > 0) {
      json["first"] = day_text(outcome->days.first);
      json["last"] = day_text(outcome->days.last);
    }
    print("{}\n", json.dump(1));
    return {};
  };
}

}  // namespace tidemark
