#include "report/overview_json.h"

#include "report/calibration_words.h"
#include "report/level_json.h"
#include "wire/calibration_json.h"

namespace tidemark {

Json overview_json(const Overview& overview) {
  Json json = {{"day", day_text(overview.today.day)}, {"definition", overview.today.definition}};
  json["levels"] = level_counts_json(overview.today.accounts);
  json["day_before"] =
      overview.day_before ? level_counts_json(overview.day_before->accounts) : Json();
  json["weeks"] = Json::array();
  for (const PublishedDay& week : overview.weeks) {
    json["weeks"].push_back(
        {{"day", day_text(week.day)}, {"levels", level_counts_json(week.accounts)}});
  }
  json["held"] = Json::array();
  for (const IncompleteDay& day : overview.held) {
    json["held"].push_back({{"day", day_text(day.day)}, {"why", day.why}});
  }
  json["changes"] = Json::array();
  for (const Overview::Move& move : overview.moves) {
    json["changes"].push_back({{"account_id", move.account_id},
                               {"from", level_name(move.change.from)},
                               {"to", level_name(move.change.to)},
                               {"milli_points_before", move.change.points_before.milli},
                               {"milli_points_after", move.change.points_after.milli},
                               {"is_merge", move.change.is_merge},
                               {"display_before", json_or_null(move.display_before)},
                               {"display_after", json_or_null(move.display_after)}});
    if (!move.why.empty()) json["changes"].back()["why"] = differences_json(move.why);
  }
  json["calibration"] = Json();
  if (overview.calibration) {
    json["calibration"] = {{"day", day_text(overview.calibration->day)},
                           {"words", level_words(overview.definition, overview.calibration)}};
    if (overview.evidence) {
      json["calibration"]["evidence"] = evidence_json(*overview.evidence);
      json["calibration"]["is_certain"] =
          overview.evidence->is_certain(*overview.calibration->cuts);
    }
  }
  return json;
}

}  // namespace tidemark
