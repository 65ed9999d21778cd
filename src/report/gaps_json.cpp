#include "report/gaps_json.h"

#include "score/gap_report.h"

namespace tidemark {
namespace {

std::string_view mark_name(const GapDay& day) {
  if (!day.mark) return "none";
  return day.mark->is_lifted ? "lifted" : "held";
}

Json traffic_json(const Traffic& traffic) {
  return {{"events", traffic.events}, {"accounts", traffic.accounts}};
}

}  // namespace

std::string gap_evidence_words(const GapDay& day, const Definition& definition) {
  std::string words;
  for (const TrackingGap& gap : day.gaps) {
    words += (words.empty() ? "" : "; ") + gap_words(gap, definition);
  }
  return words.empty() ? day.mark->why : words;
}

Json gaps_json(const std::vector<GapDay>& days, const Definition& definition) {
  Json json = Json::array();
  for (const GapDay& day : days) {
    Json of_day = {{"day", day_text(day.day)},
                   {"mark", mark_name(day)},
                   {"is_published", day.is_published},
                   {"why", gap_evidence_words(day, definition)},
                   {"gaps", Json::array()}};
    for (const TrackingGap& gap : day.gaps) {
      of_day["gaps"].push_back(
          {{"action", gap.action ? Json(definition.actions[*gap.action].name) : Json()},
           {"source", gap.source.empty() ? Json() : Json(gap.source)},
           {"came", traffic_json(gap.came)},
           {"usual", traffic_json(gap.usual)}});
    }
    json.push_back(std::move(of_day));
  }
  return json;
}

}  // namespace tidemark
