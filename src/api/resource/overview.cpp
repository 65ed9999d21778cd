#include "score/overview.h"

#include <fmt/format.h>

#include "api/resource/answers.h"
#include "base/damage_notes.h"
#include "base/free_space.h"
#include "report/movement_json.h"
#include "report/overview_json.h"
#include "report/status_json.h"
#include "score/score_run.h"

namespace tidemark::answer {

Result<HttpReply> overview(Desk& desk, Question& question) {
  constexpr int kMostWeeks = 520;
  Parameters asked(question.request);
  const auto day = asked.day("day");
  const auto weeks = static_cast<int>(asked.number("weeks", 13, 1, kMostWeeks));
  const auto explained = static_cast<std::size_t>(asked.number("explained", 20, 0, 200));
  const auto most = static_cast<std::size_t>(asked.number("limit", 200, 0, 1'000'000));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto overview = overview_of(**store, day, weeks, explained);
  if (!overview) return overview.error();
  return json_reply(200, overview_json(*overview, most));
}

Result<HttpReply> movement(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto from = asked.day("from");
  const auto to = asked.day("to");
  const auto most = static_cast<std::size_t>(asked.number("limit", 1000, 0, 1'000'000));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto movement = movement_between(**store, from, to);
  if (!movement) return movement.error();
  return json_reply(200, movement_json(*movement, most));
}

namespace {

/// What whoever works here has to know, on every page.
Result<std::vector<std::string>> warnings_of(Desk& desk, Store& store, Day finished) {
  std::vector<std::string> warnings;
  const auto future = published_in_future(store, finished);
  if (!future) return future.error();
  if (*future) {
    warnings.push_back(
        fmt::format("Scores through {} are published, but that day is not over by this machine's "
                    "clock: it is wrong now, or the clock was wrong then. Deliveries are held. Set "
                    "the clock right; if days are left that are not over, tidemark score "
                    "--recompute-from {} takes them back.",
                    readable_day(**future), day_text(finished + 1)));
  }
  if (const auto jump = desk.served.clock_jump(); jump.count() != 0) {
    warnings.push_back(
        fmt::format("The machine's clock has jumped by {} hours. Tidemark goes on by its own count "
                    "for an hour; "
                    "set the clock right, or restart the server if it is right now.",
                    std::chrono::duration_cast<std::chrono::hours>(jump).count()));
  }
  if (const auto failure = desk.collector.failure()) {
    warnings.push_back(fmt::format("Events cannot be stored: {}.", *failure));
  }
  if (std::string space = low_space_warning(desk.served.folder); !space.empty()) {
    warnings.push_back(std::move(space));
  }
  for (const char* name : {"tidemark.duckdb", "control.sqlite"}) {
    for (std::string& note : damage_notes(desk.served.folder / name)) {
      warnings.push_back(std::move(note));
    }
  }
  return warnings;
}

}  // namespace

Result<HttpReply> status(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto runs = static_cast<int>(asked.number("runs", 20, 0, 1000));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto status = status_of(*ground->store, ground->definition);
  if (!status) return status.error();
  const auto journal = desk.control().journal(runs);
  if (!journal) return journal.error();
  Json json = status_json(*status, ground->definition, *journal,
                          last_finished_day(desk.served.clock, ground->zone));
  json["version"] = desk.served.version;
  auto warnings =
      warnings_of(desk, *ground->store, last_finished_day(desk.served.clock, ground->zone));
  if (!warnings) return warnings.error();
  json["warnings"] = *std::move(warnings);
  json["nightly"] = Json();
  if (desk.nightly != nullptr) {
    const NightlyState nightly = desk.nightly->state();
    json["nightly"] = {
        {"is_running", nightly.is_running},
        {"published", nightly.published ? Json(day_text(*nightly.published)) : Json()},
        {"succeeded", nightly.succeeded ? Json(instant_words(*nightly.succeeded)) : Json()},
        {"milliseconds", nightly.took.count()},
        {"failures", nightly.failures},
        {"workers_missing", nightly.workers_missing},
        {"problem", nightly.problem}};
  }
  return json_reply(200, json);
}

Result<HttpReply> publish_now(Desk& desk, Question& question) {
  Body body(question.request);
  const bool is_anew = body.truth("anew").value_or(false);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  if (is_anew && question.caller.access < Access::admin) {
    return problem(403, "forgetting what was published needs admin access (admin)");
  }
  if (desk.nightly == nullptr) {
    return problem(409, "this server was started with --no-nightly; run tidemark score");
  }
  if (auto kept = question.record(desk, is_anew ? "publishing.anew" : "publishing.begin", "");
      !kept) {
    return kept.error();
  }
  desk.nightly->publish_now(is_anew ? NightlyRun::Extent::all_anew : NightlyRun::Extent::missing);
  return json_reply(202, {{"is_asked", true}});
}

}  // namespace tidemark::answer
