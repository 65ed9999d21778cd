#include <charconv>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "score/score_run.h"
#include "score/work_terms.h"
#include "wire/definition_json.h"

namespace tidemark {
namespace {

struct Place {
  unsigned member = 0;
  unsigned of = 0;
};

/// `2/4`.
std::optional<Place> place_in(const std::string& text) {
  Place place;
  const char* end = text.data() + text.size();
  const auto member = std::from_chars(text.data(), end, place.member);
  if (member.ec != std::errc() || member.ptr == end || *member.ptr != '/') return std::nullopt;
  const auto of = std::from_chars(member.ptr + 1, end, place.of);
  if (of.ec != std::errc() || of.ptr != end) return std::nullopt;
  return place;
}

/// One work, from its opening to its end.
Result<void> take_part(const SharedWork& work, const WorkTerms& terms, WorkBoard& board,
                       const Definition& definition, unsigned member,
                       const Interruption& interruption, ProgressBar& progress) {
  BoardTeam team(
      board, work.number, member, terms.shares, interruption.is_asked(), [&](std::size_t missing) {
        progress.show(0, fmt::format("waiting for {} of {} workers", missing, terms.shares.size()));
      });
  if (auto met = team.meet(); !met) return met;
  progress.show(0, "reading events");
  const auto store = board.store_of(work);
  if (!store) return store.error();
  const Cores cores = Cores::all();
  const auto activity = load_activity(**store, definition, cores, terms.shares[member - 1]);
  if (!activity) return activity.error();
  ScoreRun run(**store, *activity, cores, team);
  const auto days = run.active_days();
  if (!days) return days.error();
  run.watch_recent(terms.finished, {});
  if (terms.is_recalibrated) run.recalibrate_now();
  if (terms.is_anew) run.begin_anew();
  const auto outcome = run.until(terms.until, interruption.is_asked(), [&](Day done) {
    progress.show(double(done - days->first + 1) / (terms.until - days->first + 1),
                  fmt::format("reckoned up to {}", day_text(done)));
  });
  return outcome ? Result<void>() : outcome.error();
}

/// Whether the work is over, by the one that leads; else another one was opened.
Result<bool> wait_for_end(WorkBoard& board, std::uint64_t work, const Interruption& interruption) {
  for (;;) {
    const auto last = board.last_work();
    if (!last) return last.error();
    if (!*last || (*last)->number != work) return false;
    if ((*last)->is_over) return true;
    if (interruption.is_asked()) return Error{ErrorKind::interrupted, "stopped"};
    constexpr std::chrono::milliseconds kBetweenLooks{100};
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

/// Takes part in the next run. Whether it ended well; else another one was opened.
Result<bool> take_part_in_next(Workspace& workspace, WorkBoard& board, const Place& place,
                               const Interruption& interruption, ProgressBar& progress) {
  for (;;) {
    const auto last = board.last_work();
    if (!last) return last.error();
    if (interruption.is_asked()) return Error{ErrorKind::interrupted, "stopped"};
    if (!*last || (*last)->is_over) {
      constexpr std::chrono::milliseconds kBetweenLooks{200};
      progress.show(0, "waiting for a run");
      std::this_thread::sleep_for(kBetweenLooks);
      continue;
    }
    const auto terms = WorkTerms::parse((*last)->terms);
    if (terms && terms->version != TIDEMARK_VERSION) {
      return Error{ErrorKind::conflict, fmt::format("the run is one of tidemark {}, this is {}",
                                                    terms->version, TIDEMARK_VERSION)};
    }
    if (!terms || terms->shares.size() != place.of) {
      return Error{ErrorKind::conflict,
                   fmt::format("the run that is open is not one of {} workers", place.of)};
    }
    const auto definition = read_definition(definition_file(workspace.folder));
    if (!definition) return definition.error();
    if (terms->definition != definition_hash(*definition)) {
      return Error{ErrorKind::conflict,
                   "the run is under another definition than the tidemark.toml here; copy that of "
                   "the workspace that leads"};
    }
    const auto done =
        take_part(**last, *terms, board, *definition, place.member, interruption, progress);
    if (interruption.is_asked()) return Error{ErrorKind::interrupted, "stopped"};
    // One that leads anew opens another work, in which this one takes part again.
    if (!done && done.error().kind != ErrorKind::interrupted) return done.error();
    const auto ended = wait_for_end(board, (*last)->number, interruption);
    if (!ended) return ended.error();
    return *ended && done;
  }
}

Result<void> work(const Invocation& invocation, const Place& place, bool stays) {
  auto workspace = open_workspace_to_take_part(invocation.folder);
  if (!workspace) return workspace.error();
  WorkBoard* const board = workspace->store->board();
  if (board == nullptr) {
    return Error{ErrorKind::invalid_input,
                 "workers meet in a ClickHouse; this workspace keeps its store in a file"};
  }
  const Interruption interruption;
  ProgressBar progress(invocation.clock);
  std::string said;
  for (;;) {
    const auto done = take_part_in_next(*workspace, *board, place, interruption, progress);
    if (interruption.is_asked()) return stays ? Result<void>() : done.error();
    if (!stays && !done) return done.error();
    if (!stays && *done) return {};
    if (done) {
      said.clear();
      continue;
    }
    // Whoever stays waits for what is wrong to be mended.
    if (said != done.error().message) print_beside("tidemark: {}\n", done.error().message);
    said = done.error().message;
    constexpr std::chrono::seconds kUntilNextTry{1};
    std::this_thread::sleep_for(kUntilNextTry);
  }
}

}  // namespace

RunCommand declare_work(CLI::App& app) {
  const auto place = std::make_shared<std::string>();
  const auto stays = std::make_shared<bool>(false);
  app.add_option("K/N", *place, "Which worker of how many this is; the first is the one that leads")
      ->required();
  app.add_flag("--stay", *stays, "Stay for the runs that follow, until it is stopped");
  app.footer(
      "Takes part in one run of \"tidemark score --workers N\", or with --stay in every one, also "
      "those of \"tidemark serve --workers N\"; from this machine or another one: a folder with "
      "the "
      "same tidemark.toml, store.url and store.password. Reads only its part of the accounts. One "
      "that died is started again, anywhere.\n\n"
      "Examples:\n  tidemark work 2/4\n  docs/scale.md says how to run a cluster");
  return [place, stays](const Invocation& invocation) -> Result<void> {
    const auto read = place_in(*place);
    if (!read || read->member < 2 || read->member > read->of) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("{}: write a number from 2 on, a slash, and how many there are: 2/4",
                               *place)};
    }
    return work(invocation, *read, *stays);
  };
}

}  // namespace tidemark
