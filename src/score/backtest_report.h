#pragma once

#include <functional>
#include <string>
#include <vector>

#include "evidence/backtest.h"
#include "store/store.h"

namespace tidemark {

/// A definition and what it would have been worth.
struct TestedDefinition {
  std::string name;  // as people know it: the file's, or the definition's own
  std::string hash;
  Definition definition;
  Backtest backtest;
};

/// Definitions held against the same months.
struct BacktestReport {
  DayRange months;
  Day known;              // the last day of which all is known
  std::int64_t late = 0;  // occurrences that came late, under the first definition
  std::vector<TestedDefinition> tested;
};

struct BacktestQuery {
  std::optional<Day> from;  // else a year before `to`
  std::optional<Day> to;    // else the last month-end whose 30 days have passed
  std::vector<std::pair<std::string, Definition>> definitions;  // by name; one at least
};

/// Tests each definition as scoring.md §10 says. `last_day` is the last day that has ended; what is
/// known ends with it, or with the last activity. `on_progress` is told how many month-ends of how
/// many are done.
Result<BacktestReport> report_backtest(Store& store, const BacktestQuery& query, Day last_day,
                                       const Cores& cores,
                                       const std::function<void(int, int)>& on_progress);

/// A promise of the levels, whether it is kept, and the figures behind that.
struct Verdict {
  bool is_kept = false;
  std::string words;
};
std::vector<Verdict> verdicts_of(const Backtest& backtest);

/// All of it in a sentence, which may be that the levels are bad.
std::string verdict_words(const Backtest& backtest);

}  // namespace tidemark
