#include "report/overview_json.h"

#include <algorithm>
#include <span>

#include "report/calibration_words.h"
#include "report/level_json.h"
#include "wire/calibration_json.h"

namespace tidemark {

Json overview_json(const Overview& overview, std::size_t most) {
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
  json["is_starved"] = overview.is_starved();
  json["last_event_day"] =
      overview.last_event_day ? Json(day_text(*overview.last_event_day)) : Json();
  json["active_accounts"] = overview.active_accounts();
  json["fell"] = overview.count_moves(is_fall);
  json["rose"] = overview.count_moves(is_rise);
  json["went_silent"] = overview.count_moves(went_silent);
  json["came_back"] = overview.count_moves(came_back);
  json["total_changes"] = overview.moves.size();
  json["changes"] = Json::array();
  const auto shown = std::min<std::size_t>(most, overview.moves.size());
  for (const Overview::Move& move : std::span(overview.moves).first(shown)) {
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
                           {"words", level_words(overview.definition, overview.calibration)},
                           {"evidence", Json()},
                           {"is_certain", Json()}};
    if (overview.evidence) {
      json["calibration"]["evidence"] = evidence_json(*overview.evidence);
      json["calibration"]["is_certain"] =
          overview.evidence->is_certain(*overview.calibration->cuts);
    }
  }
  return json;
}

}  // namespace tidemark
