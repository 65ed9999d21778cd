#include "score/gap_report.h"

#include <algorithm>

#include "api/resource/answers.h"
#include "report/gaps_json.h"
#include "score/gap_mark.h"
#include "score/score_run.h"

namespace tidemark::answer {
namespace {

constexpr Day kFirstDay{0};

Result<HttpReply> mark(Desk& desk, const Question& question, const GapMark& mark) {
  const std::atomic<bool> is_interrupted{false};
  const auto outcome = [&]() -> Result<GapMarkOutcome> {
    const std::scoped_lock lock(desk.publishing_lock, desk.store_lock);
    const auto rules = ruling(desk);
    if (!rules) return rules.error();
    return tidemark::mark_gap(desk.served.store, rules->definition, mark,
                              last_finished_day(desk.served.clock, rules->zone), is_interrupted,
                              [](Day, Day) {});
  }();
  desk.published.forget();
  if (!outcome) return outcome.error();
  const char* const action = mark.lifts ? "gap.lift" : "gap.mark";
  if (auto kept = question.record(desk, action, day_text(mark.day), "", mark.why); !kept) {
    return kept.error();
  }
  return json_reply(200, {{"day", day_text(mark.day)},
                          {"is_held", !mark.lifts},
                          {"published_anew", outcome->published_anew},
                          {"moves", outcome->moves},
                          {"moves_before", outcome->moves_before}});
}

}  // namespace

Result<HttpReply> gaps(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto from = asked.day("from");
  const auto to = asked.day("to");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const Day finished = last_finished_day(desk.served.clock, ground->zone);
  const DayRange days{from.value_or(kFirstDay), std::min(to.value_or(finished), finished)};
  const auto sources = desk.served.control.sources();
  if (!sources) return sources.error();
  const auto report = report_gaps(*ground->store, ground->definition, *sources, days, Cores::all());
  if (!report) return report.error();
  return json_reply(200, {{"data", gaps_json(*report, ground->definition)}});
}

Result<HttpReply> mark_gap(Desk& desk, Question& question) {
  Body body(question.request);
  const auto day = body.day("day");
  if (!day) body.is_wrong("day", "it is missing");
  const std::string why = body.needed_text("why");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  return mark(desk, question, {*day, why, false});
}

Result<HttpReply> lift_gap(Desk& desk, Question& question) {
  const auto day = parse_day(question.parts.front());
  if (!day) return problem(400, question.parts.front() + " is no day like 2026-03-17");
  return mark(desk, question, {*day, "", true});
}

}  // namespace tidemark::answer
