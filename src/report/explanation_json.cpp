#include "report/explanation_json.h"

#include "report/level_json.h"
#include "score/explanation_words.h"

namespace tidemark {
namespace {

Json json_of(const ExplainedDay& day) {
  Json json = {{"day", day_text(day.day)},
               {"milli_points", day.points.milli},
               {"is_published", day.is_published},
               {"display", json_or_null(day.display)},
               {"level", json_or_null(day.level)},
               {"calibration", json_or_null(day.calibration)},
               {"cuts", Json()}};
  if (day.cuts) {
    json["cuts"] = {{"low_milli_points", day.cuts->low.milli},
                    {"high_milli_points", day.cuts->high.milli}};
  }
  return json;
}

Json json_of(const EarnedByUsers& earned, const Explanation& explanation) {
  Json json = {{"actions", Json::array()},
               {"engaged_days", Json::array()},
               {"engaged_days_milli_points", earned.of_engaged_days.milli}};
  for (const UserPoints& part : earned.actions) {
    json["actions"].push_back({{"day", day_text(part.day)},
                               {"action", explanation.actions[part.action]},
                               {"user_id", explanation.users[part.user]},
                               {"count", part.count},
                               {"milli_points", part.points.milli}});
  }
  for (const Day day : earned.engaged_days) json["engaged_days"].push_back(day_text(day));
  return json;
}

}  // namespace

Json explanation_json(const Explanation& explanation) {
  Json json = {{"account_id", explanation.id},
               {"from", json_of(explanation.from)},
               {"to", json_of(explanation.to)},
               {"milli_points", explanation.sum().milli},
               {"reason", explanation_reason(explanation)},
               {"words", explanation_words(explanation)},
               {"earned", json_of(explanation.earned, explanation)},
               {"expired", json_of(explanation.expired, explanation)},
               {"standing", differences_json(explanation.standing)},
               {"definition", differences_json(explanation.by_definition)},
               {"merge_milli_points", explanation.merge.milli},
               {"late_milli_points", explanation.late.milli},
               {"unknown_milli_points", explanation.unknown.milli}};
  json["carriers"] = Json::array();
  for (const auto& carrier : explanation.carriers) {
    json["carriers"].push_back({{"user_id", explanation.users[carrier.user]},
                                {"milli_points", carrier.points.milli},
                                {"last_day", day_text(carrier.last_day)}});
  }
  json["silent_champions"] = Json::array();
  for (const auto& champion : explanation.silent_champions) {
    json["silent_champions"].push_back({{"user_id", explanation.users[champion.user]},
                                        {"share", champion.share},
                                        {"last_day", day_text(champion.last_day)}});
  }
  const auto add_uses = [&](const char* name, const std::vector<Explanation::ActionUse>& uses) {
    json[name] = Json::array();
    for (const auto& use : uses) {
      json[name].push_back(
          {{"action", explanation.actions[use.action]}, {"day", day_text(use.day)}});
    }
  };
  add_uses("dropped", explanation.dropped);
  add_uses("adopted", explanation.adopted);
  return json;
}

}  // namespace tidemark
