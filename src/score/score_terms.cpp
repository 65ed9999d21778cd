#include "score/score_terms.h"

#include <algorithm>
#include <map>

#include "scoring/habit_walk.h"
#include "scoring/points_by_action.h"

namespace tidemark {
namespace {

constexpr std::string_view kEngagedDays = "Engaged days";

/// The habit on the day, in thousandths of a day.
std::int64_t habit_on(const ScoredActivity& scored, AccountNumber account, Day first_day, Day day) {
  std::vector<ActiveDay> active;
  scored.active_days(account, {first_day, day}, active);
  return HabitWalk(active, first_day).move_to(day);
}

}  // namespace

std::vector<ScoreTerm> score_terms(const Definition& definition, const Signals& signals,
                                   const ScoredActivity& scored, AccountNumber account, Day day) {
  std::vector<ScoreTerm> terms;
  const auto first_day = scored.first_day(account);
  if (!first_day || *first_day > day) return terms;

  std::map<std::size_t, ScoreTerm> by_action;
  for (const EarnedPoints& earned : points_by_action(
           scored.history(), account, definition.window_until(day), definition, signals)) {
    ScoreTerm& term = by_action[earned.action];
    term.count += earned.count;
    term.days += 1;
    term.points += earned.points;
  }
  for (auto& [action, term] : by_action) {
    const bool is_action = action < definition.actions.size();
    term.kind = is_action ? TermKind::action : TermKind::engaged_days;
    term.label = is_action ? definition.actions[action].name : kEngagedDays;
    terms.push_back(std::move(term));
  }
  scored.standing().for_each_item(
      account, *first_day, day, [&](StandingKind kind, std::size_t at, Points points, Day since) {
        switch (kind) {
          case StandingKind::milestone:
            terms.push_back(
                {TermKind::milestone, definition.milestones[at].name, 1, 0, points, since});
            break;
          case StandingKind::tenure:
            terms.push_back({TermKind::tenure, "Tenure", 0, 0, points, since});
            break;
          case StandingKind::trait:
            terms.push_back({TermKind::trait, definition.traits[at].property, 0, 0, points,
                             since > kFirstDay ? std::optional(since) : std::nullopt});
            break;
        }
      });
  if (definition.habit_points.milli > 0) {
    const std::int64_t habit = habit_on(scored, account, *first_day, day);
    terms.push_back({TermKind::habit, "Habit", 0, 0,
                     Points{habit * definition.habit_points.milli / 1000}, std::nullopt});
  }
  std::ranges::sort(terms, {}, [](const ScoreTerm& term) {
    return std::tuple(-term.points.milli, term.kind, std::string_view(term.label));
  });
  return terms;
}

std::vector<TermDifference> term_differences(const std::vector<ScoreTerm>& before,
                                             const std::vector<ScoreTerm>& after) {
  std::map<std::pair<TermKind, std::string>, Points> sums;
  for (const ScoreTerm& term : after) sums[{term.kind, term.label}] += term.points;
  for (const ScoreTerm& term : before) {
    Points& sum = sums[{term.kind, term.label}];
    sum = sum - term.points;
  }
  std::vector<TermDifference> differences;
  for (const auto& [key, points] : sums) {
    if (points.milli != 0) differences.push_back({key.first, key.second, points});
  }
  std::ranges::sort(differences, {}, [](const TermDifference& difference) {
    return std::tuple(-std::abs(difference.points.milli), difference.kind,
                      std::string_view(difference.label));
  });
  return differences;
}

}  // namespace tidemark
