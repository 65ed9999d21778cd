#include "report/definition_json.h"

#include "report/level_json.h"
#include "wire/calibration_json.h"
#include "wire/definition_toml.h"

namespace tidemark {
namespace {

Json answer_json(const WhatIf& answer) {
  Json json = {{"calibration", calibration_json(answer.view.calibration)},
               {"history", Json::array()},
               {"trial",
                {{"days", Json::array()},
                 {"accounts", answer.trial.accounts},
                 {"auc", json_or_null(answer.trial.auc)},
                 {"above_low", rate_json(answer.trial.above_low)}}}};
  for (const auto& [day, accounts] : answer.history) {
    json["history"].push_back({{"day", day_text(day)}, {"accounts", level_counts_json(accounts)}});
  }
  for (const Day day : answer.trial.days) json["trial"]["days"].push_back(day_text(day));
  for (const Level level : kLevelsDownwards) {
    json["trial"]["by_level"][std::string(level_name(level))] =
        rate_json(answer.trial.by_level[index_of(level)]);
  }
  return json;
}

void add_moves(Json& json, const WhatMoves& moves, const std::vector<ExplainedMove>& movers,
               const std::vector<std::string>& account_ids) {
  for (const Level level : kLevelsDownwards) {
    json["levels_before"][std::string(level_name(level))] = moves.before[index_of(level)];
    json["levels_after"][std::string(level_name(level))] = moves.after[index_of(level)];
  }
  json["accounts"] = Json::array();
  for (const auto& [move, why] : movers) {
    Json account = {{"account_id", account_ids[move.account]},
                    {"from", level_name(move.before.level)},
                    {"to", level_name(move.after.level)},
                    {"milli_points_from", move.before.points.milli},
                    {"milli_points_to", move.after.points.milli},
                    {"why", differences_json(why)}};
    json["accounts"].push_back(std::move(account));
  }
}

}  // namespace

Json differences_json(const std::vector<DefinitionDifference>& differences) {
  Json json = Json::array();
  for (const auto& [what, before, after] : differences) {
    json.push_back({{"what", what}, {"before", before}, {"after", after}});
  }
  return json;
}

Json versions_json(const std::vector<VersionInForce>& versions) {
  Json json = Json::array();
  for (const VersionInForce& version : versions) {
    json.push_back({{"version", version.hash},
                    {"name", version.definition.name},
                    {"from", day_text(version.first)},
                    {"to", day_text(version.last)},
                    {"changes", differences_json(version.differences)}});
  }
  return json;
}

Json comparison_json(const DefinitionComparison& comparison,
                     const std::vector<DefinitionDifference>& differences) {
  Json json = {{"day", day_text(comparison.day)}, {"differences", differences_json(differences)}};
  add_moves(json, comparison.moves, comparison.movers, comparison.account_ids);
  return json;
}

Json what_if_json(const WhatIfComparison& comparison, std::size_t most) {
  const DefinitionView& view = comparison.becomes.view;
  Json json = {{"day", day_text(view.day)},
               {"definition", definition_toml(view.definition)},
               {"differences", differences_json(comparison.differences)},
               {"is", answer_json(comparison.is)},
               {"becomes", answer_json(comparison.becomes)}};
  const auto movers = explain_moves(comparison.moves, comparison.is.view, view, most);
  add_moves(json, comparison.moves, movers, view.activity->account_ids);
  return json;
}

}  // namespace tidemark
