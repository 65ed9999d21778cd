#include "report/listing_json.h"

#include "report/level_json.h"

namespace tidemark {

Json listed_account_json(const ListedAccount& account, const std::vector<std::string>& properties) {
  Json json = {{"account_id", account.id},
               {"level", level_name(account.level)},
               {"since", day_text(account.since)},
               {"level_before", json_or_null(account.level_before)},
               {"is_ramping", account.is_ramping},
               {"milli_points", account.points.milli},
               {"display", json_or_null(account.display)},
               {"milli_points_before", account.points_before.milli}};
  for (std::size_t at = 0; at < account.properties.size(); ++at) {
    const PropertyValue& value = account.properties[at];
    json["properties"][properties[at]] =
        std::holds_alternative<std::monostate>(value) ? Json() : Json(property_text(value));
  }
  return json;
}

}  // namespace tidemark
