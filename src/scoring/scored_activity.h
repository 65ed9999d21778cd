#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "activity/history.h"
#include "scoring/day_points.h"
#include "scoring/standing_inputs.h"

namespace tidemark {

/// A day on which an account was active, with what it earned.
struct ActiveDay {
  Day day;
  std::int64_t milli_points = 0;  // with the engaged day's, without the window
  bool is_engaged = false;

  friend bool operator==(const ActiveDay&, const ActiveDay&) = default;
};

/// A history seen through a definition: which days count as active and what each earned, and what
/// stands beside them. Refers to the history, which must outlive it and not be extended meanwhile.
/// Safe to read from several threads.
class ScoredActivity {
 public:
  /// `facts` are by account number; accounts beyond them have none.
  ScoredActivity(const History& history, const Signals& signals, const Definition& definition,
                 std::vector<AccountFacts> facts, const Cores& cores);

  /// Takes in that the history was extended by these occurrences; costs what they bring. Signals
  /// and definition are those it was made with; accounts may be new.
  void follow(const std::vector<Occurrence>& occurrences, const Signals& signals,
              const Definition& definition);

  std::size_t accounts() const { return first_days_.size(); }
  const History& history() const { return history_; }
  const PointsTable& points() const { return points_; }
  const StandingInputs& standing() const { return standing_; }
  const LevelRules& level_rules() const { return level_rules_; }
  Points habit_points() const { return habit_points_; }
  int window_days() const { return window_days_; }

  /// The days whose points count on `day`.
  DayRange window_until(Day day) const { return {day - (window_days_ - 1), day}; }

  /// The account's first active day, from which on it exists; none if it was never active.
  std::optional<Day> first_day(AccountNumber account) const {
    const Day first = first_days_[account];
    return first == kNever ? std::nullopt : std::optional(first);
  }

  /// The day from which on an account is settled: a window after its first, and its onboarding
  /// finished. None if that is not known to come.
  std::optional<Day> settled_from(AccountNumber account) const {
    const auto first = first_day(account);
    return first ? standing_.settled_from(account, *first) : std::nullopt;
  }

  /// The first and last active day of all accounts; empty if there is none.
  DayRange days() const { return days_; }

  /// Replaces `days` by the account's active days within `range`, oldest first.
  void active_days(AccountNumber account, DayRange range, std::vector<ActiveDay>& days) const;

 private:
  static constexpr Day kNever{std::numeric_limits<std::int32_t>::max()};

  const History& history_;
  PointsTable points_;
  StandingInputs standing_;
  LevelRules level_rules_;
  Points habit_points_;
  int window_days_;
  std::vector<Day> first_days_;
  DayRange days_{Day{0}, Day{-1}};
};

}  // namespace tidemark
