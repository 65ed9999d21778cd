#include "report/use_json.h"

#include "report/level_json.h"

namespace tidemark {
namespace {

Json rate_json(const UseRate& rate) {
  return {{"accounts", rate.accounts}, {"median_count", rate.median_count}};
}

}  // namespace

Json use_json(const UseReport& report, Day day) {
  Json json = {{"day", day_text(day)},
               {"accounts", report.accounts},
               {"levels", level_counts_json(report.by_level)},
               {"actions", Json::array()}};
  for (const UseOfAction& use : report.actions) {
    Json levels;
    for (const Level level : kLevelsDownwards) {
      levels[level_name(level)] = rate_json(use.by_level[index_of(level)]);
    }
    json["actions"].push_back(
        {{"action", use.action}, {"all", rate_json(use.all)}, {"levels", std::move(levels)}});
  }
  return json;
}

}  // namespace tidemark
