#include "report/account_json.h"

#include "report/level_json.h"
#include "score/account_listing.h"
#include "scoring/points_by_action.h"
#include "wire/names.h"

namespace tidemark {
namespace {

Json terms_json(const std::vector<ScoreTerm>& terms) {
  Json json = Json::array();
  for (const ScoreTerm& term : terms) {
    json.push_back({{"label", term.label},
                    {"count", term.count},
                    {"days", term.days},
                    {"milli_points", term.points.milli},
                    {"since", term.since ? Json(day_text(*term.since)) : Json()}});
  }
  return json;
}

}  // namespace

std::string action_label(const Definition& definition, std::size_t action) {
  return action == definition.actions.size() ? "Engaged day" : definition.actions[action].name;
}

Json account_json(const AccountReport& report, const Definition& definition) {
  Json json = {{"account_id", report.id},
               {"day", day_text(report.day)},
               {"window_days", report.window_days},
               {"first_active_day", day_text(report.first_active_day)}};
  json["last_active_day"] =
      report.last_active_day ? Json(day_text(*report.last_active_day)) : Json();
  json["published"] = Json();
  if (report.published) {
    json["published"] = {
        {"level", level_name(report.published->published)},
        {"since", day_text(report.level_since)},
        {"milli_points", report.published->points.milli},
        {"display", report.published->display ? Json(*report.published->display) : Json()}};
  }
  json["scores"] = Json::array();
  for (const ScoreOfDay& score : report.scores) {
    json["scores"].push_back({{"day", day_text(score.day)},
                              {"milli_points", score.window.points().milli},
                              {"engaged_days", score.window.engaged_days},
                              {"habit_milli_days", score.habit_milli_days}});
  }
  json["earned"] = Json::array();
  for (const EarnedPoints& term : report.earned) {
    json["earned"].push_back({{"day", day_text(term.day)},
                              {"action", action_label(definition, term.action)},
                              {"count", term.count},
                              {"milli_points", term.points.milli}});
  }
  json["changes"] = Json::array();
  for (const Change& change : report.changes) {
    json["changes"].push_back({{"day", day_text(change.day)},
                               {"from", level_name(change.from)},
                               {"to", level_name(change.to)},
                               {"milli_points_before", change.points_before.milli},
                               {"milli_points_after", change.points_after.milli},
                               {"is_merge", change.is_merge}});
  }
  json["terms"] = terms_json(report.terms);
  json["terms_before"] = Json::array();
  for (const EarlierTerms& before : report.terms_before) {
    json["terms_before"].push_back(
        {{"day", day_text(before.day)}, {"terms", terms_json(before.terms)}});
  }
  json["users"] = Json::array();
  for (const ActiveUser& user : report.users) {
    json["users"].push_back({{"user_id", user.id},
                             {"role", user.role},
                             {"actions", user.actions},
                             {"events", user.events},
                             {"days", user.days},
                             {"last_day", day_text(user.last_day)}});
  }
  json["properties"] = Json::object();
  for (const StatedProperty& property : report.properties) {
    json["properties"][property.name] = property_text(property.value);
  }
  json["onboarding"] = Json::array();
  for (const OnboardingStep& step : report.onboarding) {
    json["onboarding"].push_back(
        {{"event", step.event}, {"done", step.done ? Json(day_text(*step.done)) : Json()}});
  }
  return json;
}

}  // namespace tidemark
