#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/day.h"
#include "model/points.h"
#include "model/rule.h"

namespace tidemark {

/// What several occurrences of an action on one day are worth.
enum class Repeat : std::uint8_t {
  diminishing,  // points times the square root of the count
  every,        // points times the count
  once,         // points, however often
};

/// An engagement action: a signal that earns points.
struct Action {
  std::string name;
  Rule when;
  Points points;
  Repeat repeat = Repeat::diminishing;
  std::int64_t cap_per_day = 0;  // counts above are not points; 0 = no cap

  friend bool operator==(const Action&, const Action&) = default;
};

/// Something done once that earns points for ever.
struct Milestone {
  std::string name;
  Rule when;
  std::optional<int> within_days;  // of the account's creation; none = any time
  Points points;

  friend bool operator==(const Milestone&, const Milestone&) = default;
};

/// Points for having been a customer for long.
struct Tenure {
  Points points_per_30_days;
  std::optional<Points> at_most;

  friend bool operator==(const Tenure&, const Tenure&) = default;
};

/// Points for the value of an account's property: those of the first band it reaches.
struct Trait {
  struct Band {
    double at_least = 0;
    Points points;

    friend bool operator==(const Band&, const Band&) = default;
  };

  std::string property;
  std::vector<Band> bands;

  friend bool operator==(const Trait&, const Trait&) = default;
};

/// Whose events do not count. Patterns in which * stands for any text; sorted, each once.
struct Exclusions {
  std::vector<std::string> users;
  std::vector<std::string> accounts;
  std::vector<std::string> flags;  // properties, or context properties, that are true

  bool is_empty() const { return users.empty() && accounts.empty() && flags.empty(); }

  friend bool operator==(const Exclusions&, const Exclusions&) = default;
};

/// Events that an account must have had, each once, to count as settled.
struct Onboarding {
  std::vector<std::string> steps;  // sorted, each once
  std::optional<int> within_days;  // of the account's creation; none = any time

  friend bool operator==(const Onboarding&, const Onboarding&) = default;
};

/// What divides low, medium and high.
enum class LevelsBy : std::uint8_t {
  churn,  // cuts calibrated on accounts that left
  bands,  // the value on 0-10
  fixed,  // points
};

enum class Recalibrate : std::uint8_t { monthly, by_hand };

/// The scale an account's level is read from.
struct LevelRules {
  LevelsBy by = LevelsBy::churn;
  int low_band = 3;     // on 0-10: up to it is low
  int medium_band = 6;  // up to it is medium
  Points fixed_low;     // up to it is low
  Points fixed_high;    // above it is high; 0 = no fixed cuts are given
  int rise_percent = 15;
  int confirm_days = 3;
  Recalibrate recalibrate = Recalibrate::monthly;

  friend bool operator==(const LevelRules&, const LevelRules&) = default;
};

inline constexpr Points kMostPoints{1'000'000};
inline constexpr Points kMostFixedCut{1'000'000'000'000};
inline constexpr std::int64_t kMostPerDay = 1'000'000;
inline constexpr int kLeastWindowDays = 14;  // a ramping account's pace is that of so many days
inline constexpr int kMostWindowDays = 120;

/// Which signals earn how many points, and what follows from the sum (scoring.md §2). A value of
/// this type is a valid definition: it came through `parse_definition`.
struct Definition {
  std::string name;
  std::string time_zone = "UTC";
  int window_days = 30;  // whose points count, up to and with the day scored
  Points engaged_day_points;
  std::vector<std::string> not_activity;  // sorted, each once
  std::vector<Action> actions;            // in the order written
  std::vector<Milestone> milestones;      // likewise
  std::optional<Tenure> tenure;
  std::vector<Trait> traits;  // in the order written
  Points habit_points;        // per habit day
  Exclusions exclude;
  std::optional<Onboarding> onboarding;
  LevelRules levels;
  std::optional<Points> fixed_reference;  // the points shown as 50; none = calibrated

  /// The days whose points count on `day`.
  DayRange window_until(Day day) const { return {day - (window_days - 1), day}; }

  /// Whether anything beside the window earns points.
  bool has_standing_inputs() const {
    return !milestones.empty() || tenure || !traits.empty() || habit_points.milli > 0;
  }

  friend bool operator==(const Definition&, const Definition&) = default;
};

}  // namespace tidemark
