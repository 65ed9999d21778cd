#include "report/learning_json.h"

#include "report/backtest_json.h"
#include "report/learning_words.h"
#include "wire/calibration_json.h"
#include "wire/definition_toml.h"

namespace tidemark {
namespace {

Json action_json(const LearnedAction& action) {
  Json json = {{"name", action.name},
               {"milli_points_today", action.today ? Json(action.today->milli) : Json()},
               {"milli_points_suggested", action.suggested.milli},
               {"milli_points_low", action.low.milli},
               {"milli_points_high", action.high.milli},
               {"stability", action.stability},
               {"milli_points_by_loyal", action.by_loyal ? Json(action.by_loyal->milli) : Json()}};
  const auto lift = action.rates.lift();
  json["coverage"] = action.rates.coverage();
  json["silent_with"] = rate_json(action.rates.with.rate());
  json["silent_without"] = rate_json(action.rates.without.rate());
  json["lift"] = lift ? Json(*lift) : Json();
  return json;
}

Json counts_json(const LessonCounts& counts) {
  return {
      {"left", counts.left}, {"stayed", counts.stayed}, {"accounts_left", counts.accounts_left}};
}

}  // namespace

Json learning_json(const LearningReport& report) {
  Json json = {{"day", day_text(report.day)},
               {"silence", counts_json(report.silence)},
               {"loyalty", report.loyalty ? counts_json(*report.loyalty) : Json()},
               {"belief", report.belief},
               {"actions", Json::array()},
               {"habit_milli_points", report.habit_points.milli},
               {"ranks_better_with_habit", report.ranks_better_with_habit},
               {"proposes_habit", report.proposes_habit},
               {"is_better", report.is_better()},
               {"usage_interval",
                {{"intervals", report.interval.intervals},
                 {"usual_days", report.interval.usual},
                 {"long_days", report.interval.long_for}}},
               {"suggestion", definition_toml(report.suggestion)},
               {"learned_on", Json()},
               {"held_against", Json()},
               {"why_not_tested", report.why_not_tested},
               {"findings", learning_findings(report)}};
  for (const LearnedAction& action : report.actions) {
    json["actions"].push_back(action_json(action));
  }
  if (report.held_against) {
    json["learned_on"] = day_text(report.learned_on);
    json["held_against"] = backtest_json(*report.held_against);
  }
  return json;
}

}  // namespace tidemark
