#include "score/movement.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr int kWeek = 7;

/// By account number; accounts without anything published have no day.
Result<std::vector<LevelRecord>> records_by_number(Store& store, Day day, std::size_t accounts) {
  const auto records = store.records_as_of(day);
  if (!records) return records.error();
  std::vector<LevelRecord> by_number(accounts);
  for (const LevelRecord& record : *records) by_number[record.account] = record;
  return by_number;
}

}  // namespace

std::int64_t Movement::fell() const {
  return std::ranges::count_if(moved, [](const Account& account) {
    return account.to < account.from && account.to != Level::inactive;
  });
}

std::int64_t Movement::rose() const {
  return std::ranges::count_if(moved, [](const Account& account) {
    return account.to > account.from && account.from != Level::inactive;
  });
}

std::int64_t Movement::went_silent() const {
  return std::ranges::count(moved, Level::inactive, &Account::to);
}

std::int64_t Movement::came_back() const {
  return std::ranges::count_if(moved, [](const Account& account) {
    return account.from == Level::inactive && !account.is_new;
  });
}

std::int64_t Movement::is_new() const {
  return std::accumulate(arrived.begin(), arrived.end(), std::int64_t{0});
}

Result<Movement> movement_between(Store& store, std::optional<Day> from, std::optional<Day> to) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto last = rules->day_or_last(to);
  if (!last) return last.error();
  const Day first_published = rules->days().front().day;
  const auto first =
      rules->day_or_last(from.value_or(std::max(first_published, (*last)->day - kWeek)));
  if (!first) return first.error();
  Movement movement{(*first)->day, (*last)->day, {}, {}, {}};
  if (movement.to < movement.from) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is after {}", day_text(movement.from), day_text(movement.to))};
  }
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  const auto before = records_by_number(store, movement.from, ids->size());
  if (!before) return before.error();
  const auto after = records_by_number(store, movement.to, ids->size());
  if (!after) return after.error();
  const auto changes = store.changes_within({movement.from + 1, movement.to});
  if (!changes) return changes.error();
  std::unordered_set<AccountNumber> by_merge;
  for (const Change& change : *changes) {
    if (change.is_merge) by_merge.insert(change.account);
  }
  const RulesOfDay rules_before = rules->of(**first);
  const RulesOfDay rules_after = rules->of(**last);
  for (std::size_t at = 0; at < ids->size(); ++at) {
    const LevelRecord& now = (*after)[at];
    const LevelRecord& then = (*before)[at];
    if (now.day == Day{}) continue;
    const bool is_new = then.day == Day{};
    const Level from_level = then.standing.level;
    const Level to_level = now.standing.level;
    if (is_new) {
      ++movement.arrived[index_of(to_level)];
    } else {
      ++movement.accounts[index_of(from_level)][index_of(to_level)];
    }
    if (from_level == to_level && !is_new) continue;
    const auto number = static_cast<AccountNumber>(at);
    movement.moved.push_back({number, (*ids)[at], is_new, by_merge.contains(number), from_level,
                              to_level, then.points, now.points,
                              is_new ? std::nullopt : rules_before.display(then.points),
                              rules_after.display(now.points)});
  }
  std::ranges::sort(movement.moved, {}, [](const Movement::Account& account) {
    const bool is_rise = account.to > account.from;
    const std::int64_t gain = account.points_to.milli - account.points_from.milli;
    return std::tuple(account.is_new, is_rise, is_rise ? -gain : gain,
                      std::string_view(account.id));
  });
  return movement;
}

}  // namespace tidemark
