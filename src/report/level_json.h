#pragma once

#include <optional>

#include "model/level.h"
#include "model/published.h"
#include "score/score_terms.h"
#include "wire/json.h"
#include "wire/names.h"

namespace tidemark {

/// How many accounts each level has, the highest first.
inline Json level_counts_json(const LevelCounts& accounts) {
  Json json;
  for (const Level level : kLevelsDownwards) {
    json[std::string(level_name(level))] = accounts[index_of(level)];
  }
  return json;
}

/// A value, or null where there is none.
template <class T>
Json json_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}
inline Json json_or_null(const std::optional<Day>& day) {
  return day ? Json(day_text(*day)) : Json();
}
inline Json json_or_null(const std::optional<Level>& level) {
  return level ? Json(level_name(*level)) : Json();
}
inline Json json_or_null(const std::optional<Points>& points) {
  return points ? Json(points->milli) : Json();
}

/// Inputs and what they make of a difference.
inline Json differences_json(const std::vector<TermDifference>& terms) {
  Json json = Json::array();
  for (const TermDifference& term : terms) {
    json.push_back({{"label", term.label}, {"milli_points", term.points.milli}});
  }
  return json;
}

}  // namespace tidemark
