#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evidence/learned_weights.h"
#include "evidence/usage_interval.h"
#include "score/backtest_report.h"

namespace tidemark {

/// An action and what it should be worth.
struct LearnedAction {
  std::string name;
  std::optional<Points> today;  // none: nobody scores it today
  Points suggested;             // 0: it is worth nothing that can be relied on
  Points low;                   // 95 % of draws lie between; before belief and rounding
  Points high;
  double stability = 0;            // the share of draws in which it is worth anything
  std::optional<Points> by_loyal;  // what loyal accounts against those that left would say
  SignalRates rates;
};

/// What a teacher had to look at.
struct LessonCounts {
  std::int64_t left = 0;    // accounts on days, or loyal accounts and those that left
  std::int64_t stayed = 0;  // likewise
  std::int64_t accounts_left = 0;
};

/// Weights learned from what was known at the end of a day (scoring.md §10), beside today's.
struct LearningReport {
  Day day;
  LessonCounts silence;
  std::optional<LessonCounts> loyalty;   // none: too few
  double belief = 1;                     // below 1 the suggestion leans on today's points
  std::vector<LearnedAction> actions;    // today's, in their order, then others worth something
  Points habit_points;                   // per habit day, to try
  bool ranks_better_with_habit = false;  // the score foretells more with them
  bool proposes_habit = false;           // and the levels keep as many promises
  UsageInterval interval;                // of loyal accounts
  Definition suggestion;

  /// The same learning from what was known at an earlier month-end, held against the months since:
  /// today's definition, then the learned one, then that with habit points.
  std::optional<BacktestReport> held_against;
  Day learned_on;  // for `held_against`
  std::string why_not_tested;

  /// Whether the learned weights foretold more than today's.
  bool is_better() const;
};

/// Learns on `last_day`, the last day that has ended, or on the last with activity. Fails with
/// `not_found`, saying what is missing, where fewer than 20 accounts left. `on_progress` is told a
/// share and what is going on.
Result<LearningReport> report_learning(
    Store& store, const Definition& definition, Day last_day, const Cores& cores,
    const std::function<void(double, const std::string&)>& on_progress);

}  // namespace tidemark
