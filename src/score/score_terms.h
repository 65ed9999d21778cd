#pragma once

#include "score/loaded_activity.h"

namespace tidemark {

/// What a term of a score comes from.
enum class TermKind : std::uint8_t { action, engaged_days, milestone, tenure, trait, habit };

/// One term of an account's points on a day. The terms add up to the points.
struct ScoreTerm {
  TermKind kind = TermKind::action;
  std::string label;       // the action's or milestone's name, the trait's property
  std::int64_t count = 0;  // of actions their occurrences; of engaged days how many
  std::int64_t days = 0;   // of actions the days on which they happened
  Points points;
  std::optional<Day> since;  // of standing inputs
};

/// The terms of the points of `day`, the largest first. `definition` is the one `scored` is of,
/// `signals` those of its history.
std::vector<ScoreTerm> score_terms(const Definition& definition, const Signals& signals,
                                   const ScoredActivity& scored, AccountNumber account, Day day);

inline std::vector<ScoreTerm> score_terms(const LoadedActivity& activity,
                                          const ScoredActivity& scored, AccountNumber account,
                                          Day day) {
  return score_terms(activity.definition, activity.signals, scored, account, day);
}

/// How terms differ, by kind and label; those that do not are left out. The largest difference
/// first.
struct TermDifference {
  TermKind kind = TermKind::action;
  std::string label;
  Points points;  // after less before
};
std::vector<TermDifference> term_differences(const std::vector<ScoreTerm>& before,
                                             const std::vector<ScoreTerm>& after);

}  // namespace tidemark
