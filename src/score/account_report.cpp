#include "score/account_report.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/time_zone.h"
#include "score/account_activity.h"
#include "score/published_rules.h"
#include "wire/json_properties.h"

namespace tidemark {
namespace {

/// The published level of the account on the day, with the display of the calibration in force.
Result<std::optional<LevelOfDay>> published_level(Store& store, AccountNumber account, Day day,
                                                  Day& since) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto rules_of_day = rules->on(day);
  if (!rules_of_day) return std::optional<LevelOfDay>();
  const auto records = store.records_of(account);
  if (!records) return records.error();
  const auto after = std::ranges::upper_bound(*records, day, {}, &LevelRecord::day);
  if (after == records->begin()) return std::optional<LevelOfDay>();
  const LevelRecord& record = *(after - 1);
  for (auto earlier = after - 1; earlier->standing.level == record.standing.level; --earlier) {
    since = earlier->day;
    if (earlier == records->begin()) break;
  }
  return std::optional(LevelOfDay{day, account, record.points, rules_of_day->display(record.points),
                                  record.level, record.standing.level});
}

std::vector<StatedProperty> properties_as_of(const std::vector<Statement>& statements, Day day,
                                             TimeZone zone) {
  DayReader days(zone);
  std::vector<StatedProperty> properties;
  for (const Statement& statement : statements) {
    std::optional<Day> since;
    if (statement.since) since = days.day_of(*statement.since);
    if (since && *since > day) continue;
    if (properties.empty() || properties.back().name != statement.property) {
      properties.push_back({statement.property, {}, {}});
    }
    properties.back().value = property_value(statement.value);
    properties.back().since = since;
  }
  std::erase_if(properties, [](const StatedProperty& property) {
    return std::holds_alternative<std::monostate>(property.value);
  });
  return properties;
}

Result<std::map<std::string, std::string>> stated_roles(Store& store,
                                                        const std::vector<std::string>& users) {
  const auto statements = store.statements_of_users(users, "role");
  if (!statements) return statements.error();
  std::map<std::string, std::string> roles;
  for (const Statement& statement : *statements) {
    const PropertyValue value = property_value(statement.value);
    if (const auto* role = std::get_if<std::string>(&value)) roles[statement.user] = *role;
  }
  return roles;
}

/// Who did what in the window of `day`.
Result<std::vector<ActiveUser>> active_users(Store& store, const std::vector<AccountEvent>& events,
                                             const std::string& id, Day day,
                                             const LoadedActivity& loaded, TimeZone zone) {
  const std::vector<std::string> account_ids{id};
  const EventSignals signals(loaded.definition, loaded.signals, account_ids);
  const std::vector<SignalUse> uses = uses_of_signals(loaded.definition, loaded.signals);
  DayReader days(zone);
  const DayRange window = loaded.definition.window_until(day);
  JsonProperties properties;
  std::map<std::string, ActiveUser> users;
  for (const AccountEvent& event : events) {
    const Day happened = days.day_of(event.at);
    if (!window.contains(happened)) continue;
    properties.read(event.properties);
    const bool is_counted = uses[event.name].is_activity && !signals.is_excluded(0, event.user) &&
                            !signals.is_flagged(properties);
    if (!is_counted) continue;
    ActiveUser& user = users[event.person];
    user.events += 1;
    bool is_action = false;
    signals.for_each_signal(event.name, &properties, [&](SignalNumber signal) {
      is_action = is_action || !uses[signal].actions.empty();
    });
    user.actions += is_action ? 1 : 0;
    if (user.days == 0 || user.last_day != happened) user.days += 1;
    user.last_day = happened;
  }
  std::vector<std::string> ids;
  for (const auto& [name, user] : users) {
    if (!name.empty()) ids.push_back(name);
  }
  const auto roles = stated_roles(store, ids);
  if (!roles) return roles.error();
  std::vector<ActiveUser> ordered;
  for (auto& [name, user] : users) {
    user.id = name;
    if (const auto role = roles->find(name); role != roles->end()) user.role = role->second;
    ordered.push_back(std::move(user));
  }
  std::ranges::sort(ordered, {}, [](const ActiveUser& user) {
    return std::tuple(-user.actions, -user.events, std::string_view(user.id));
  });
  return ordered;
}

}  // namespace

Result<AccountReport> report_account(Store& store, const std::string& id, Day day, int days,
                                     const Definition& definition, TermsOf terms) {
  const auto account = find_account(store, id);
  if (!account) return account.error();
  const auto zone = TimeZone::named(definition.time_zone);
  if (!zone) return zone.error();
  const auto events = store.events_of(*account);
  if (!events) return events.error();
  const auto statements = store.statements_of_account(*account);
  if (!statements) return statements.error();
  const auto loaded = activity_of_events(store, id, definition, *events, *statements);
  if (!loaded) return loaded.error();
  const Cores one_core(1);
  const ScoredActivity scored = loaded->scored(one_core);
  const auto first_day = scored.first_day(0);
  if (!first_day || *first_day > day) {
    return Error{ErrorKind::not_found,
                 fmt::format("{} has no activity up to {}", id, day_text(day))};
  }

  AccountReport report;
  report.id = id;
  report.day = day;
  report.first_active_day = *first_day;
  std::vector<ActiveDay> active;
  scored.active_days(0, {*first_day, day}, active);
  if (!active.empty()) report.last_active_day = active.back().day;
  for_each_score(scored, {day - days + 1, day}, {0}, one_core,
                 [&](const ScoreOfDay& score) { report.scores.push_back(score); });
  if (terms == TermsOf::every_day) {
    for (const ScoreOfDay& score : report.scores) {
      report.terms_by_day.push_back(score.day < *first_day
                                        ? std::vector<ScoreTerm>{}
                                        : score_terms(*loaded, scored, 0, score.day));
    }
  }
  report.earned = points_by_action(loaded->history, 0, definition.window_until(day), definition,
                                   loaded->signals);
  report.window_days = definition.window_days;
  report.terms = score_terms(*loaded, scored, 0, day);
  for (const Day before : {day - definition.window_days, day - 2 * definition.window_days}) {
    report.terms_before.push_back({before, before < *first_day
                                               ? std::vector<ScoreTerm>{}
                                               : score_terms(*loaded, scored, 0, before)});
  }
  report.settled_from = scored.settled_from(0);
  if (definition.onboarding) {
    const auto done = scored.standing().onboarding_days(0, *first_day);
    for (std::size_t step = 0; step < done.size(); ++step) {
      report.onboarding.push_back({definition.onboarding->steps[step], done[step]});
    }
  }
  report.properties = properties_as_of(*statements, day, *zone);
  auto users = active_users(store, *events, id, day, *loaded, *zone);
  if (!users) return users.error();
  report.users = *std::move(users);
  auto published = published_level(store, *account, day, report.level_since);
  if (!published) return published.error();
  report.published = *published;
  auto changes = store.changes_of(*account);
  if (!changes) return changes.error();
  report.changes = *std::move(changes);
  std::erase_if(report.changes, [&](const Change& change) { return change.day > day; });
  return report;
}

}  // namespace tidemark
