#include "report/risk_json.h"

#include "report/listing_json.h"

namespace tidemark {

Json risk_json(const RiskReport& report) {
  Json json = {{"day", day_text(report.day)},
               {"basis", report.model ? "model" : "curve"},
               {"snapshots_left", report.left},
               {"snapshots_stayed", report.stayed},
               {"base_log_odds", report.model ? Json(report.model->base()) : Json()},
               {"accounts", Json::array()}};
  for (const RiskOfAccount& risk : report.accounts) {
    Json entry = listed_account_json(risk.listed, report.properties);
    entry.update({{"probability", risk.probability},
                  {"habit_milli_days", risk.signs.habit_milli_days},
                  {"tenure_days", risk.signs.tenure_days},
                  {"silent_days", risk.signs.silent_days},
                  {"log_odds", Json()},
                  {"similar",
                   {{"left", risk.similar.left},
                    {"all", risk.similar.all},
                    {"least", risk.similar.least},
                    {"most", risk.similar.most}}},
                  {"value", risk.value ? Json(*risk.value) : Json()},
                  {"at_stake", risk.at_stake}});
    if (report.model) {
      entry["log_odds"] = {
          {"habit", risk.parts[0]}, {"tenure", risk.parts[1]}, {"recency", risk.parts[2]}};
    }
    json["accounts"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace tidemark
