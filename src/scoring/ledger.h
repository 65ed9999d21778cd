#pragma once

#include <span>
#include <vector>

#include "scoring/points_by_action.h"

namespace tidemark {

/// How often a user did an action on a day. Users are numbered in byte order of their ids.
struct UserCount {
  Day day;
  std::size_t action = 0;  // place in the definition's actions
  std::size_t user = 0;
  std::int64_t count = 0;

  friend bool operator==(const UserCount&, const UserCount&) = default;
};

/// What a user earned an account by an action on a day.
struct UserPoints {
  Day day;
  std::size_t action = 0;
  std::size_t user = 0;
  std::int64_t count = 0;
  Points points;

  friend bool operator==(const UserPoints&, const UserPoints&) = default;
};

/// `points` in parts proportional to `counts`, of which one at least is above 0: whole milli-points
/// by largest remainder, of equal ones to whom comes first. The parts add up to `points`.
std::vector<Points> parts_of(Points points, std::span<const std::int64_t> counts);

/// What the points of a stretch of days come from, user by user, and days that were engaged.
struct EarnedByUsers {
  std::vector<UserPoints> actions;  // by day, action, user
  std::vector<Day> engaged_days;
  Points of_engaged_days;

  Points sum() const;
};

/// Splits what an account earned in the days of `days` among its users (scoring.md §9). `earned`
/// holds at least those days, in order; `counts` is by day, action, user and says of every action
/// of those days who did it.
EarnedByUsers earned_by_users(std::span<const EarnedPoints> earned,
                              std::span<const UserCount> counts, DayRange days,
                              const Definition& definition);

/// The days whose points the window gains from `from` to `to`, and those it loses. Their points are
/// the whole difference of what the two windows earned. `from` is before `to`.
struct WindowShift {
  DayRange gained;
  DayRange lost;
};
WindowShift window_shift(Day from, Day to, int window_days);

}  // namespace tidemark
