#include "score/account_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "score/published_rules.h"

namespace tidemark {
namespace {

Error unknown_account(const std::string& id, const std::vector<std::string>& known) {
  std::vector<std::string_view> alike;
  for (const std::string& candidate : known) {
    const auto same = std::ranges::search(candidate, id, [](char left, char right) {
      return std::tolower(static_cast<unsigned char>(left)) ==
             std::tolower(static_cast<unsigned char>(right));
    });
    if (!same.empty() && alike.size() < 5) alike.push_back(candidate);
  }
  return Error{ErrorKind::not_found, alike.empty()
                                         ? fmt::format("unknown account: {}", id)
                                         : fmt::format("unknown account: {}; did you mean {}?", id,
                                                       fmt::join(alike, ", "))};
}

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

}  // namespace

Result<AccountReport> report_account(Store& store, const std::string& id, Day day, int days,
                                     const Definition& definition) {
  const auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  const auto found = std::ranges::find(*account_ids, id);
  if (found == account_ids->end()) return unknown_account(id, *account_ids);
  const auto account = static_cast<AccountNumber>(found - account_ids->begin());
  const auto loaded = load_activity_of(store, account, id, definition);
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
  report.earned = points_by_action(loaded->history, 0, {day - kWindowDays + 1, day}, definition,
                                   loaded->signals);
  auto published = published_level(store, account, day, report.level_since);
  if (!published) return published.error();
  report.published = *published;
  auto changes = store.changes_of(account);
  if (!changes) return changes.error();
  report.changes = *std::move(changes);
  std::erase_if(report.changes, [&](const Change& change) { return change.day > day; });
  return report;
}

}  // namespace tidemark
