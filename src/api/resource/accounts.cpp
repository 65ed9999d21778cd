#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "api/account_query.h"
#include "api/resource/answers.h"
#include "report/account_json.h"
#include "report/explanation_json.h"
#include "report/level_json.h"
#include "report/listing_json.h"
#include "score/account_activity.h"
#include "score/account_properties.h"
#include "score/definition_versions.h"
#include "score/provisional.h"
#include "wire/definition_json.h"
#include "wire/timestamp.h"

namespace tidemark::answer {
namespace {

/// What any of the days has points from; what gave most over all of them first.
std::vector<std::string> labels_of(const std::vector<std::vector<ScoreTerm>>& days) {
  std::map<std::string, Points> sums;
  for (const auto& terms : days) {
    for (const ScoreTerm& term : terms) sums[term.label] += term.points;
  }
  std::vector<std::string> labels;
  for (const auto& [label, points] : sums) labels.push_back(label);
  std::ranges::sort(labels, {}, [&](const std::string& label) {
    return std::pair(-sums[label].milli, std::string_view(label));
  });
  return labels;
}

/// The points of a day by what they come from, in the order of the labels.
Json points_of(const std::vector<ScoreTerm>& terms, const std::vector<std::string>& labels) {
  std::vector<std::int64_t> points(labels.size(), 0);
  for (const ScoreTerm& term : terms) {
    points[static_cast<std::size_t>(std::ranges::find(labels, term.label) - labels.begin())] +=
        term.points.milli;
  }
  return points;
}

}  // namespace

Result<HttpReply> accounts(Desk& desk, Question& question) {
  constexpr std::int64_t kMostOfAPage = 1000;
  Parameters asked(question.request);
  const auto query = account_query(asked);
  const auto limit = asked.number("limit", 100, 1, kMostOfAPage);
  const std::string cursor = asked.text("cursor");
  const std::string after = id_of_cursor(cursor);
  if (!cursor.empty() && after.empty()) asked.is_wrong("cursor", "it is none of a page before");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto rules = ruling(desk);
  if (!rules) return rules.error();
  const auto of_day =
      desk.published.accounts(desk.served.store, query.day, query.trend_days, rules->zone);
  if (!of_day) return of_day.error();
  AccountQuery page = query;
  page.limit = static_cast<std::size_t>(limit);
  page.after = after;
  const auto listing = (*of_day)->list([&] { return question.moment(desk); }, page);
  if (!listing) return listing.error();

  Json json = {{"day", day_text(listing->day)},
               {"total", listing->total},
               {"data", Json::array()},
               {"next_cursor", Json()}};
  for (const ListedAccount& account : listing->accounts) {
    json["data"].push_back(listed_account_json(account, page.properties));
  }
  if (!listing->has_more) return json_reply(200, json);
  const std::string next = cursor_after(listing->accounts.back().id);
  json["next_cursor"] = next;
  HttpReply reply = json_reply(200, json);
  reply.headers.emplace_back(
      "Link", "</api/v1/accounts?" + asked.others("cursor") + "cursor=" + next + ">; rel=\"next\"");
  return reply;
}

Result<HttpReply> account(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto day = asked.day("day");
  const auto days = static_cast<int>(asked.number("days", 30, 1, 4000));
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto shown = day_to_show(desk, *ground->store, ground->zone);
  if (!shown) return shown.error();
  const auto report = report_account(*ground->store, question.parts.front(), day.value_or(*shown),
                                     days, ground->definition);
  if (!report) return report.error();
  return json_reply(200, account_json(*report, ground->definition));
}

Result<HttpReply> account_score(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const Day today = DayReader(desk.served.zone).day_of(desk.now());
  const std::lock_guard lock(desk.store_lock);
  desk.collector.settle();
  const auto score =
      provisional_score(desk.served.store, desk.activity, question.parts.front(), today);
  if (!score) return score.error();
  return json_reply(200, {{"account_id", score->account_id},
                          {"day", day_text(score->day)},
                          {"provisional", true},
                          {"milli_points", score->window.points().milli},
                          {"display", json_or_null(score->display)}});
}

Result<HttpReply> account_series(Desk& desk, Question& question) {
  constexpr int kMostDays = 4000;
  Parameters asked(question.request);
  const auto from = asked.day("from");
  const auto to = asked.day("to");
  const std::string version = asked.text("version");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto shown = day_to_show(desk, *ground->store, ground->zone);
  if (!shown) return shown.error();
  const auto definition = version.empty() ? Result<Definition>(ground->definition)
                                          : published_version(*ground->store, version);
  if (!definition) return definition.error();
  constexpr int kUsualDays = 90;
  const Day last = to.value_or(*shown);
  const Day first = from.value_or(last - (kUsualDays - 1));
  if (first > last || last - first >= kMostDays) {
    return Error{ErrorKind::invalid_input, fmt::format("from {} to {} is no range of up to {} days",
                                                       day_text(first), day_text(last), kMostDays)};
  }
  const auto report = report_account(*ground->store, question.parts.front(), last, last - first + 1,
                                     *definition, TermsOf::every_day);
  if (!report) return report.error();
  const auto account = find_account(*ground->store, report->id);
  if (!account) return account.error();
  const auto records = ground->store->records_of(*account);
  if (!records) return records.error();
  const auto published = PublishedRules::load(*ground->store);
  if (!published) return published.error();
  Json json = {{"account_id", report->id},
               {"version", definition_hash(*definition)},
               {"parts", Json::array()},
               {"days", Json::array()}};
  const std::vector<std::string> parts = labels_of(report->terms_by_day);
  json["parts"] = parts;
  auto terms_of_day = report->terms_by_day.begin();
  for (const ScoreOfDay& score : report->scores) {
    // As published: level and points people saw that day; the points beside are of the definition.
    const auto rules_of_day = published->on(score.day);
    const auto after = std::ranges::upper_bound(*records, score.day, {}, &LevelRecord::day);
    const bool is_published = rules_of_day && after != records->begin();
    Json entry = {{"day", day_text(score.day)},
                  {"milli_points", score.window.points().milli},
                  {"parts", points_of(*terms_of_day++, parts)},
                  {"level", Json()},
                  {"display", Json()},
                  {"cuts", Json()}};
    if (is_published) {
      entry["level"] = level_name((after - 1)->standing.level);
      entry["display"] = json_or_null(rules_of_day->display((after - 1)->points));
      if (const auto cuts = rules_of_day->cuts()) {
        entry["cuts"] = {{"low_milli_points", cuts->low.milli},
                         {"high_milli_points", cuts->high.milli}};
      }
    }
    json["days"].push_back(std::move(entry));
  }
  return json_reply(200, json);
}

Result<HttpReply> account_explanation(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto from = asked.day("from");
  const auto to = asked.day("to");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto account = find_account(*ground->store, question.parts.front());
  if (!account) return account.error();
  const auto last = day_to_show(desk, *ground->store, ground->zone);
  if (!last) return last.error();
  const auto days = days_to_explain(*ground->store, *account, from, to, *last);
  if (!days) return days.error();
  const auto explanation =
      explain(*ground->store, question.parts.front(), *days, ground->definition);
  if (!explanation) return explanation.error();
  return json_reply(200, explanation_json(*explanation));
}

Result<HttpReply> account_events(Desk& desk, Question& question) {
  constexpr std::int64_t kMost = 1000;
  Parameters asked(question.request);
  const auto day = asked.day("day");
  const std::string user = asked.text("user");
  const auto limit = asked.number("limit", 200, 1, kMost);
  if (!day) asked.is_wrong("day", "it is missing");
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto ground = ground_of(desk, question);
  if (!ground) return ground.error();
  const auto account = find_account(*ground->store, question.parts.front());
  if (!account) return account.error();
  const auto names = ground->store->event_names();
  if (!names) return names.error();
  const auto events = ground->store->events_of(*account);
  if (!events) return events.error();
  DayReader days(ground->zone);
  Json json = {{"account_id", question.parts.front()},
               {"day", day_text(*day)},
               {"total", 0},
               {"data", Json::array()}};
  std::int64_t total = 0;
  for (const AccountEvent& event : *events) {
    if (days.day_of(event.at) != *day || (!user.empty() && event.person != user)) continue;
    if (++total > limit) continue;
    json["data"].push_back(
        {{"at", timestamp_text(event.at)},
         {"event", (*names)[event.name]},
         {"user_id", event.person},
         {"properties", event.properties.empty() ? Json::object()
                                                 : Json::parse(event.properties, nullptr, false)}});
  }
  json["total"] = total;
  return json_reply(200, json);
}

Result<HttpReply> properties(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto properties = account_properties(**store);
  if (!properties) return properties.error();
  Json json = {{"data", Json::array()}};
  for (const AccountProperty& property : *properties) {
    json["data"].push_back(
        {{"name", property.name}, {"accounts", property.accounts}, {"numbers", property.numbers}});
  }
  return json_reply(200, json);
}

}  // namespace tidemark::answer
