#include "model/definition.h"

#include <fmt/format.h>

#include "api/etag.h"
#include "api/resource/answers.h"
#include "report/definition_json.h"
#include "score/definition_critique.h"
#include "score/definition_versions.h"
#include "score/published_rules.h"
#include "score/score_run.h"
#include "score/signals_seen.h"
#include "wire/definition_json.h"
#include "wire/definition_toml.h"

namespace tidemark::answer {
namespace {

constexpr std::size_t kMostToml = 1'000'000;

Json definition_json(const Definition& definition) {
  return {{"version", definition_hash(definition)},
          {"name", definition.name},
          {"toml", definition_toml(definition)},
          {"definition", Json::parse(canonical_definition(definition))}};
}

/// The draft of a body: TOML that must be a definition.
Result<Definition> draft_of(const std::string& toml) { return parse_definition(toml, "the draft"); }

/// Why the definition must not be replaced by this request, if so: the caller saw another one.
std::optional<HttpReply> changed_meanwhile(const HttpRequest& request, const Definition& now) {
  const std::string_view seen = request.header("if-match");
  if (seen.empty()) {
    return problem(428,
                   "say with If-Match which definition you saw: the ETag of GET "
                   "/api/v1/definition");
  }
  if (seen == "*" || seen == etag_of(json_reply(200, definition_json(now)).body)) {
    return std::nullopt;
  }
  return problem(412, "somebody changed the definition since you saw it; look at it and try again");
}

/// Puts a definition in the place of the workspace's, if that is the one the caller saw.
Result<HttpReply> replace(Desk& desk, const Question& question, const Definition& after,
                          const std::string& action, const std::string& note) {
  const std::lock_guard lock(desk.publishing_lock);
  const auto rules = ruling(desk);
  if (!rules) return rules.error();
  if (auto changed = changed_meanwhile(question.request, rules->definition)) {
    return *std::move(changed);
  }
  const std::string toml = definition_toml(after);
  if (auto written = desk.served.write_definition(toml); !written) return written.error();
  {
    const std::lock_guard store_lock(desk.store_lock);
    desk.collector.settle();
    desk.activity.count_by(after);
  }
  if (auto kept = question.record(desk, action, note, definition_toml(rules->definition), toml);
      !kept) {
    return kept.error();
  }
  return json_reply(200, definition_json(after));
}

}  // namespace

Result<HttpReply> definition(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto rules = ruling(desk);
  if (!rules) return rules.error();
  if (question.request.header("accept").starts_with("application/toml")) {
    return HttpReply{200, "application/toml", definition_toml(rules->definition)};
  }
  return json_reply(200, definition_json(rules->definition));
}

Result<HttpReply> publish_definition(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string toml = body.needed_text("toml", kMostToml);
  const std::string note = body.text("note").value_or("");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto draft = draft_of(toml);
  if (!draft) return draft.error();
  return replace(desk, question, *draft, "definition.publish", note);
}

Result<HttpReply> roll_back_definition(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string version = body.needed_text("version");
  const std::string note = body.text("note").value_or("");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto earlier = published_version(**store, version);
  if (!earlier) return earlier.error();
  return replace(desk, question, *earlier, "definition.roll_back", note);
}

Result<HttpReply> check_definition(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string toml = body.needed_text("toml", kMostToml);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto draft = draft_of(toml);
  if (!draft) return json_reply(200, {{"is_valid", false}, {"problem", draft.error().message}});
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto critique = criticise(**store, *draft);
  if (!critique) return critique.error();
  return json_reply(200, {{"is_valid", true},
                          {"version", definition_hash(*draft)},
                          {"warnings", critique->warnings},
                          {"unscored_events", critique->unscored}});
}

Result<HttpReply> compare_definition(Desk& desk, Question& question) {
  constexpr std::size_t kMostExplained = 200;
  Body body(question.request);
  const std::string toml = body.needed_text("toml", kMostToml);
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto draft = draft_of(toml);
  if (!draft) return draft.error();
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto published = PublishedRules::load(*ground->store);
  if (!published) return published.error();
  const bool is_published = !published->days().empty();
  const Definition before =
      is_published ? published->of(published->days().back()).definition : ground->definition;
  const Day day = is_published ? published->days().back().day
                               : last_finished_day(desk.served.clock, ground->zone);
  const auto comparison =
      compare_definitions(*ground->store, before, *draft, day, kMostExplained, Cores::all());
  if (!comparison) return comparison.error();
  return json_reply(200, comparison_json(*comparison, definition_differences(before, *draft)));
}

Result<HttpReply> what_if(Desk& desk, Question& question) {
  constexpr std::size_t kMostExplained = 100;
  Body body(question.request);
  const std::string toml = body.needed_text("toml", kMostToml);
  const auto day = body.day("day");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const auto draft = draft_of(toml);
  if (!draft) return draft.error();
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto activity = desk.published.activity(desk.served.store, ground->definition);
  if (!activity) return activity.error();
  const auto comparison =
      compare_what_if(*ground->store, ground->definition, *draft, day,
                      last_finished_day(desk.served.clock, ground->zone), *activity, Cores::all());
  if (!comparison) return comparison.error();
  return json_reply(200, what_if_json(*comparison, kMostExplained));
}

Result<HttpReply> definition_versions(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto versions = tidemark::definition_versions(**store);
  if (!versions) return versions.error();
  return json_reply(200, {{"data", versions_json(*versions)}});
}

Result<HttpReply> definition_version(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto found = published_version(**store, question.parts.front());
  if (!found) return found.error();
  return json_reply(200, definition_json(*found));
}

Result<HttpReply> signals(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto days = static_cast<int>(asked.number("days", 30, 1, 4000));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto last = day_to_show(desk, *ground->store, ground->zone);
  if (!last) return last.error();
  const auto seen = signals_seen(*ground->store, ground->definition, {*last - (days - 1), *last});
  if (!seen) return seen.error();
  Json json = {
      {"from", day_text(*last - (days - 1))}, {"to", day_text(*last)}, {"data", Json::array()}};
  for (const SeenSignal& signal : *seen) {
    json["data"].push_back({{"event", signal.event},
                            {"events", signal.events},
                            {"accounts", signal.accounts},
                            {"actions", signal.actions},
                            {"is_activity", signal.is_activity}});
  }
  return json_reply(200, json);
}

}  // namespace tidemark::answer
