#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <array>
#include <cmath>
#include "base/day.h"

#include "base/random.h"

namespace tidemark {

struct CompanyPlan {
  std::uint64_t seed = 1;
  int accounts = 200;
  DayRange days;  // days of which there are events
};

/// How an account's life goes. Those from `slow_decline` to `never_onboarded` leave.
enum class Course : std::uint8_t {
  steady,
  growing,
  fading,   // less and less, but never quite gone
  pausing,  // silent for weeks, then won back
  sleepy,
  slow_decline,
  sudden,
  champion_left,
  never_onboarded,
};

std::string_view course_name(Course course);
constexpr bool leaves(Course course) { return course >= Course::slow_decline; }

enum class Role : std::uint8_t { admin, analyst, viewer };
std::string_view role_name(Role role);

struct SimulatedPerson {
  float share = 0;  // of the account's activity
  Role role = Role::viewer;
};

/// What a plan costs and how many it is for.
struct Contract {
  std::string_view plan;
  int seats = 0;
  int monthly_value = 0;
};

/// An account of the simulated company, and the truth about it.
struct AccountLife {
  std::string id;
  int number = 0;
  Course course = Course::steady;
  Day first_day;
  Day turn;               // when the course begins to show
  Day silent_from;        // of those that leave or pause: the first day without anything
  Day back_on;            // of those that pause
  double energy = 0;      // actions on a usual working day, roughly a fifth of them
  bool has_sync = false;  // a bot syncs data every day, also when everybody is gone
  std::vector<SimulatedPerson> people;  // the first is the champion

  std::string user_id(std::size_t person) const;
  std::string user_name(std::size_t person) const;

  /// How much of its usual energy the account has on the day, from 0.
  double energy_on(Day day) const;
  /// Whether the person is still there.
  bool is_there(std::size_t person, Day day) const;
  /// The days after the first on which the onboarding's steps are done; none for steps never done.
  std::array<std::optional<int>, 3> onboarding_days() const;

  Contract contract_at_first() const;
  /// Of those that grow: from which day on they have the next larger plan.
  std::optional<Day> upgraded_on() const;
  Contract contract_after() const;
  /// 0 to 10, as asked a month after the first day; later answers follow the course.
  int satisfaction(Day day) const;
  std::string_view owner() const;
  std::string_view industry() const;
};

AccountLife draw_account(const CompanyPlan& plan, int number, Random& random);

}  // namespace tidemark
