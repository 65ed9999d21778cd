#include "report/churn_json.h"

#include "report/level_json.h"
#include "wire/calibration_json.h"

namespace tidemark {
namespace {

Json json_of(const std::array<SilenceRate, kLevelCount>& by_level) {
  Json json;
  for (const Level level : kChurnLevels) {
    json[std::string(level_name(level))] = rate_json(by_level[index_of(level)]);
  }
  return json;
}

}  // namespace

Json churn_json(const ChurnReport& report) {
  Json json = {{"from", day_text(report.days.first)},
               {"to", day_text(report.days.last)},
               {"came_back", rate_json(report.came_back)},
               {"came_back_in_60", rate_json(report.came_back_in_60)},
               {"accounts", Json::array()},
               {"months", Json::array()},
               {"by_level", json_of(report.by_level)}};
  for (const ChurnReport::Account& account : report.accounts) {
    json["accounts"].push_back(
        {{"account_id", account.id},
         {"churn_day", day_text(account.episode.churned)},
         {"detection_day", day_text(account.episode.detected())},
         {"returned", json_or_null(account.episode.returned)},
         {"level", json_or_null(account.level)},
         {"milli_points", account.level ? Json(account.points.milli) : Json()},
         {"stated", json_or_null(account.stated)},
         {"why", differences_json(account.why)}});
  }
  for (const ChurnReport::Cohort& month : report.months) {
    json["months"].push_back({{"day", day_text(month.day)}, {"by_level", json_of(month.by_level)}});
  }
  for (const Level level : kChurnLevels) {
    Json curve = Json::array();
    for (const SurvivalPoint& point : report.survival[index_of(level)]) {
      curve.push_back({{"days", point.days}, {"share", point.share}, {"at_risk", point.at_risk}});
    }
    json["survival"][std::string(level_name(level))] = std::move(curve);
  }
  json["stated"] = Json::array();
  for (const ChurnReport::StatedChurn& churn : report.stated) {
    json["stated"].push_back({{"account_id", churn.id},
                              {"stated", day_text(churn.stated)},
                              {"last_active_day", json_or_null(churn.last_active)},
                              {"is_silent", churn.is_silent}});
  }
  return json;
}

}  // namespace tidemark
