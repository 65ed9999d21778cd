#include "model/calibration.h"

#include "api/resource/answers.h"
#include "report/calibration_report_json.h"
#include "report/calibration_words.h"
#include "score/calibration_report.h"
#include "score/score_run.h"
#include "wire/calibration_json.h"
#include "wire/timestamp.h"

namespace tidemark::answer {

Result<HttpReply> calibrations(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto published = (*store)->calibrations();
  if (!published) return published.error();
  Json json = {{"data", Json::array()}};
  for (const Calibration& calibration : *published) {
    json["data"].push_back(calibration_json(calibration));
    json["data"].back()["words"] = cut_words(calibration);
  }
  return json_reply(200, json);
}

Result<HttpReply> calibration(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const Day finished = last_finished_day(desk.served.clock, ground->zone);
  CalibrationQuery query;
  const std::string& day = question.parts.front();
  if (day == "proposed") {
    const auto shown = day_to_show(desk, *ground->store, ground->zone);
    if (!shown) return shown.error();
    query.day = *shown;
    query.definition = ground->definition;
  } else if (day != "current") {
    query.day = parse_day(day);
    if (!query.day) {
      return problem(400, day + " is neither a day like 2026-03-31, nor current, nor proposed");
    }
  }
  const auto report =
      report_calibration(*ground->store, query, ground->definition, finished, Cores::all());
  if (!report) return report.error();
  Json json = calibration_report_json(*report);
  json["words"] = cut_words(report->calibration);
  json["doubt"] =
      report->evidence ? Json(doubt_words(report->calibration, *report->evidence)) : Json();
  return json_reply(200, json);
}

Result<HttpReply> adopt_calibration(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string note = body.text("note").value_or("");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  if (auto set = desk.control().set(std::string(kRecalibrateNext), timestamp_text(desk.now()));
      !set)
    return set.error();
  if (auto kept = question.record(desk, "calibration.adopt", note); !kept) return kept.error();
  return json_reply(
      202, {{"takes_effect", "with the next day that is published, by cuts made anew for it"}});
}

}  // namespace tidemark::answer
