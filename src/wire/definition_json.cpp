#include "wire/definition_json.h"

#include <algorithm>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "wire/names.h"

namespace tidemark {
namespace {

using Json = nlohmann::json;  // keys sorted

template <class Items, class Write>
Json list_of(const Items& items, const Write& write) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(write(item));
  return list;
}

/// Items whose order says nothing, in the order of their spelling.
template <class Items, class Write>
Json set_of(const Items& items, const Write& write) {
  std::vector<Json> list;
  for (const auto& item : items) list.push_back(write(item));
  std::ranges::sort(list, {}, [](const Json& item) { return item.dump(); });
  return list;
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json or_null(const std::optional<Points>& points) { return points ? Json(points->milli) : Json(); }

Json comparand_json(const Comparand& comparand) {
  return std::visit([](const auto& value) { return Json(value); }, comparand);
}

Json condition_json(const Condition& condition) {
  const bool is_list = condition.test == PropertyTest::one_of;
  return {
      {"property", condition.property},
      {std::string(test_name(condition.test)), is_list ? list_of(condition.wanted, comparand_json)
                                                       : comparand_json(condition.wanted.front())}};
}

Json rule_json(const Rule& rule) {
  return list_of(rule.any, [](const EventPattern& pattern) {
    return Json{{std::string(name_test_name(pattern.name_test)), pattern.name},
                {"where", list_of(pattern.where, condition_json)},
                {"unless", list_of(pattern.unless, condition_json)}};
  });
}

Json action_json(const Action& action) {
  return {{"name", action.name},
          {"any", rule_json(action.when)},
          {"milli_points", action.points.milli},
          {"repeat", repeat_name(action.repeat)},
          {"cap_per_day", action.cap_per_day}};
}

Json milestone_json(const Milestone& milestone) {
  return {{"name", milestone.name},
          {"any", rule_json(milestone.when)},
          {"within_days", or_null(milestone.within_days)},
          {"milli_points", milestone.points.milli}};
}

Json trait_json(const Trait& trait) {
  return {{"property", trait.property}, {"bands", list_of(trait.bands, [](const Trait::Band& band) {
                                           return Json{{"at_least", band.at_least},
                                                       {"milli_points", band.points.milli}};
                                         })}};
}

Json levels_json(const LevelRules& levels) {
  return {{"by", levels_by_name(levels.by)},
          {"bands", {{"low", levels.low_band}, {"medium", levels.medium_band}}},
          {"fixed",
           {{"low_milli_points", levels.fixed_low.milli},
            {"high_milli_points", levels.fixed_high.milli}}},
          {"rise_percent", levels.rise_percent},
          {"confirm_days", levels.confirm_days},
          {"recalibrate", recalibrate_name(levels.recalibrate)}};
}

// --- and back; what is missing has its default, as in forms of earlier versions ---

Points points_in(const Json& json, const char* key) { return Points{json.at(key)}; }

template <class Value>
std::optional<Value> optional_in(const Json& json, const char* key) {
  if (!json.contains(key) || json[key].is_null()) return std::nullopt;
  return json[key].get<Value>();
}

/// An enumerator by its spelling; anything else is damage.
template <class Value>
Value needed(const std::optional<Value>& value) {
  if (!value) throw Json::other_error::create(501, "unknown word", nullptr);
  return *value;
}

Comparand read_comparand(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number()) return json.get<double>();
  return json.get<std::string>();
}

Condition read_condition(const Json& json) {
  Condition condition;
  condition.property = json.at("property");
  for (const auto& [key, value] : json.items()) {
    if (key == "property") continue;
    condition.test = needed(test_named(key));
    if (condition.test != PropertyTest::one_of) {
      condition.wanted = {read_comparand(value)};
      continue;
    }
    for (const Json& one : value) condition.wanted.push_back(read_comparand(one));
  }
  if (condition.wanted.empty()) needed(std::optional<PropertyTest>());
  return condition;
}

Rule read_rule(const Json& json) {
  // Earlier versions knew rules of one event only.
  if (json.contains("when")) return Rule::of_event(json.at("when").at("event"));
  Rule rule;
  for (const Json& entry : json.at("any")) {
    EventPattern pattern;
    for (const auto& [key, value] : entry.items()) {
      if (key == "where" || key == "unless") continue;
      pattern.name_test = needed(name_test_named(key));
      pattern.name = value;
    }
    for (const Json& one : entry.at("where")) pattern.where.push_back(read_condition(one));
    for (const Json& one : entry.at("unless")) pattern.unless.push_back(read_condition(one));
    rule.any.push_back(std::move(pattern));
  }
  return rule;
}

LevelRules read_levels(const Json& json) {
  LevelRules levels;
  levels.by = needed(levels_by_named(json.at("by").get<std::string>()));
  levels.low_band = json.at("bands").at("low");
  levels.medium_band = json.at("bands").at("medium");
  levels.fixed_low = points_in(json.at("fixed"), "low_milli_points");
  levels.fixed_high = points_in(json.at("fixed"), "high_milli_points");
  levels.rise_percent = json.at("rise_percent");
  levels.confirm_days = json.at("confirm_days");
  levels.recalibrate = needed(recalibrate_named(json.at("recalibrate").get<std::string>()));
  return levels;
}

void read_standing_inputs(const Json& json, Definition& definition) {
  for (const Json& entry : json.value("milestone", Json::array())) {
    definition.milestones.push_back({entry.at("name"), read_rule(entry),
                                     optional_in<int>(entry, "within_days"),
                                     points_in(entry, "milli_points")});
  }
  if (json.contains("tenure") && !json["tenure"].is_null()) {
    Tenure tenure{points_in(json["tenure"], "milli_points_per_30_days"), {}};
    if (const auto most = optional_in<std::int64_t>(json["tenure"], "at_most_milli_points")) {
      tenure.at_most = Points{*most};
    }
    definition.tenure = tenure;
  }
  for (const Json& entry : json.value("trait", Json::array())) {
    Trait trait{entry.at("property"), {}};
    for (const Json& band : entry.at("bands")) {
      trait.bands.push_back({band.at("at_least"), points_in(band, "milli_points")});
    }
    definition.traits.push_back(std::move(trait));
  }
  definition.habit_points = Points{json.value("habit_milli_points", std::int64_t{0})};
}

Definition read_definition(const Json& json) {
  Definition definition;
  definition.name = json.at("name");
  definition.time_zone = json.at("time_zone");
  definition.engaged_day_points = points_in(json, "engaged_day_milli_points");
  definition.not_activity = json.at("not_activity");
  for (const Json& entry : json.at("action")) {
    definition.actions.push_back(
        {entry.at("name"), read_rule(entry), points_in(entry, "milli_points"),
         needed(repeat_named(entry.at("repeat").get<std::string>())), entry.at("cap_per_day")});
  }
  read_standing_inputs(json, definition);
  if (json.contains("exclude")) {
    definition.exclude = {json["exclude"].at("users"), json["exclude"].at("accounts"),
                          json["exclude"].at("flags")};
  }
  if (json.contains("onboarding") && !json["onboarding"].is_null()) {
    definition.onboarding = {json["onboarding"].at("steps"),
                             optional_in<int>(json["onboarding"], "within_days")};
  }
  if (json.contains("levels")) definition.levels = read_levels(json["levels"]);
  if (const auto reference = optional_in<std::int64_t>(json, "reference_milli_points")) {
    definition.fixed_reference = Points{*reference};
  }
  return definition;
}

}  // namespace

std::string canonical_rule(const Rule& rule) { return rule_json(rule).dump(); }

std::string canonical_definition(const Definition& definition) {
  Json json;
  json["name"] = definition.name;
  json["time_zone"] = definition.time_zone;
  json["window_days"] = definition.window_days;
  json["engaged_day_milli_points"] = definition.engaged_day_points.milli;
  json["not_activity"] = definition.not_activity;
  // Actions in another order are the same definition; likewise milestones and traits.
  json["action"] = set_of(definition.actions, action_json);
  json["milestone"] = set_of(definition.milestones, milestone_json);
  json["tenure"] = Json();
  if (definition.tenure) {
    json["tenure"] = {{"milli_points_per_30_days", definition.tenure->points_per_30_days.milli},
                      {"at_most_milli_points", or_null(definition.tenure->at_most)}};
  }
  json["trait"] = set_of(definition.traits, trait_json);
  json["habit_milli_points"] = definition.habit_points.milli;
  json["exclude"] = {{"users", definition.exclude.users},
                     {"accounts", definition.exclude.accounts},
                     {"flags", definition.exclude.flags}};
  json["onboarding"] = Json();
  if (definition.onboarding) {
    json["onboarding"] = {{"steps", definition.onboarding->steps},
                          {"within_days", or_null(definition.onboarding->within_days)}};
  }
  json["levels"] = levels_json(definition.levels);
  json["reference_milli_points"] = or_null(definition.fixed_reference);
  return json.dump();
}

std::string definition_hash(const Definition& definition) {
  return sha256(canonical_definition(definition));
}

std::string text_hash(std::string_view text) {
  constexpr std::size_t kKept = 16;
  return sha256(text).substr(0, kKept);
}

Result<Definition> parse_canonical_definition(std::string_view text) {
  const auto damaged = [] {
    return Error{ErrorKind::corrupt_data, "a stored definition cannot be read"};
  };
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return damaged();
  try {
    return read_definition(json);
  } catch (const Json::exception&) {
    return damaged();
  }
}

}  // namespace tidemark
