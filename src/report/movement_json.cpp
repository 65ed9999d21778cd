#include "report/movement_json.h"

#include <algorithm>
#include <span>

#include "report/level_json.h"

namespace tidemark {

Json movement_json(const Movement& movement, std::size_t most) {
  Json json = {{"from", day_text(movement.from)},
               {"to", day_text(movement.to)},
               {"fell", movement.fell()},
               {"rose", movement.rose()},
               {"went_silent", movement.went_silent()},
               {"came_back", movement.came_back()},
               {"new", movement.is_new()}};
  for (const Level level : kLevelsDownwards) {
    json["matrix"][std::string(level_name(level))] =
        level_counts_json(movement.accounts[index_of(level)]);
  }
  json["matrix"]["new"] = level_counts_json(movement.arrived);
  json["total"] = movement.moved.size();
  json["accounts"] = Json::array();
  const auto shown = std::min<std::size_t>(most, movement.moved.size());
  for (const Movement::Account& account : std::span(movement.moved).first(shown)) {
    json["accounts"].push_back({{"account_id", account.id},
                                {"from", account.is_new ? Json() : Json(level_name(account.from))},
                                {"to", level_name(account.to)},
                                {"is_merge", account.is_merge},
                                {"milli_points_from", account.points_from.milli},
                                {"milli_points_to", account.points_to.milli},
                                {"display_from", json_or_null(account.display_from)},
                                {"display_to", json_or_null(account.display_to)}});
  }
  return json;
}

}  // namespace tidemark
