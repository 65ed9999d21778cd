#include "simulate/account_life.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::array kFirstWords = {
    "north", "silver", "blue",  "quiet", "bright", "stone",   "river", "maple",  "iron", "cloud",
    "amber", "swift",  "green", "polar", "coral",  "granite", "lunar", "copper", "wild", "harbour"};
constexpr std::array kSecondWords = {
    "wind",  "works",  "labs",  "foods", "media", "bank",  "field",  "forge", "point",  "trade",
    "build", "health", "press", "grid",  "soft",  "craft", "travel", "learn", "motors", "supply"};
constexpr std::array kPeople = {"ana",  "ben",   "chloe", "david", "elif", "femi", "grace",
                                "hugo", "ines",  "jonas", "kira",  "liam", "mei",  "noor",
                                "omar", "petra", "quinn", "rosa",  "sven", "tara"};
constexpr std::array<std::string_view, 4> kOwners = {"dana", "erik", "maria", "yusuf"};
constexpr std::array<std::string_view, 5> kIndustries = {"finance", "health", "media", "retail",
                                                         "software"};
constexpr std::array kContracts = {Contract{"starter", 3, 49}, Contract{"team", 10, 290},
                                   Contract{"business", 30, 1'150},
                                   Contract{"enterprise", 120, 4'800}};

struct CourseShare {
  Course course;
  double share;
};
constexpr std::array kCourses = {
    CourseShare{Course::steady, 0.29},      CourseShare{Course::growing, 0.15},
    CourseShare{Course::fading, 0.05},      CourseShare{Course::pausing, 0.08},
    CourseShare{Course::sleepy, 0.03},      CourseShare{Course::slow_decline, 0.19},
    CourseShare{Course::sudden, 0.04},      CourseShare{Course::champion_left, 0.09},
    CourseShare{Course::never_onboarded, 1}};

Course draw_course(Random& random) {
  double drawn = random.uniform();
  for (const CourseShare& entry : kCourses) {
    if (drawn < entry.share) return entry.course;
    drawn -= entry.share;
  }
  return Course::steady;
}

/// A number that follows from the account alone, from 0 to `count` - 1.
std::size_t spread(const AccountLife& account, std::uint64_t salt, std::size_t count) {
  Random random(static_cast<std::uint64_t>(account.number) * 7'919 + salt);
  return static_cast<std::size_t>(random.below(static_cast<int>(count)));
}

std::size_t contract_place(const AccountLife& account) {
  const std::size_t people = account.people.size();
  return people <= 3 ? 0 : people <= 8 ? 1 : people <= 20 ? 2 : 3;
}

}  // namespace

std::string_view course_name(Course course) {
  constexpr std::array<std::string_view, 9> kNames = {
      "steady",       "growing", "fading",        "pausing",        "sleepy",
      "slow decline", "sudden",  "champion left", "never onboarded"};
  return kNames[static_cast<std::size_t>(course)];
}

std::string_view role_name(Role role) {
  constexpr std::array<std::string_view, 3> kNames = {"admin", "analyst", "viewer"};
  return kNames[static_cast<std::size_t>(role)];
}

AccountLife draw_account(const CompanyPlan& plan, int number, Random& random) {
  AccountLife account;
  const auto word = [&](const auto& words) {
    return words[static_cast<std::size_t>(random.below(static_cast<int>(words.size())))];
  };
  account.id = fmt::format("{}{}-{}", word(kFirstWords), word(kSecondWords), number);
  account.number = number;
  const int days = plan.days.length();
  account.course = draw_course(random);
  // Half are customers from before; the others sign up on the way.
  const bool is_from_before = account.course != Course::never_onboarded && random.happens(0.5);
  account.first_day =
      plan.days.first + (is_from_before ? random.below(7) : random.below(std::max(1, days - 10)));
  const int life = std::max(1, plan.days.last - account.first_day);
  account.turn = account.first_day + 30 + static_cast<int>(random.between(0.05, 1.1) * life);
  account.silent_from = account.turn + 30 + random.below(60);
  if (account.course == Course::never_onboarded) {
    account.turn = account.first_day + 5;
    account.silent_from = account.first_day + 12 + random.below(40);
  }
  account.back_on = account.silent_from + 40 + random.below(80);
  // Most are alike within a factor of two or so; one in twenty has made the product its home.
  account.energy = std::exp(-0.2 + 0.6 * random.normal()) * (random.happens(0.05) ? 5 : 1);
  account.has_sync = random.happens(0.3);
  const int people = 1 + random.poisson(2.5 * std::min(8.0, account.energy));
  double sum = 0;
  for (int at = 0; at < people; ++at) {
    SimulatedPerson person;
    // One person carries more than the others: the champion.
    person.share = static_cast<float>(std::exp(0.8 * random.normal()) * (at == 0 ? 3 : 1));
    person.role = at == 0 ? Role::admin : random.happens(0.45) ? Role::analyst : Role::viewer;
    sum += person.share;
    account.people.push_back(person);
  }
  for (SimulatedPerson& person : account.people) person.share /= static_cast<float>(sum);
  return account;
}

std::string AccountLife::user_name(std::size_t person) const {
  const std::size_t round = person / kPeople.size();
  return fmt::format("{}{}", kPeople[(person + spread(*this, 1, 20)) % kPeople.size()],
                     round == 0 ? "" : std::to_string(round + 1));
}

std::string AccountLife::user_id(std::size_t person) const {
  return fmt::format("{}@{}.example", user_name(person), id);
}

double AccountLife::energy_on(Day day) const {
  if (day < first_day) return 0;
  const double since_turn = day < turn ? 0 : day - turn;
  // The first weeks are spent learning.
  const double learnt = std::min(1.0, 0.4 + 0.6 * (day - first_day) / 21.0);
  switch (course) {
    case Course::steady:
      return learnt;
    case Course::growing:
      return learnt * (1 + std::min(2.5, since_turn / 60));
    case Course::fading:
      return learnt * std::max(0.15, std::exp(-since_turn / 60));
    case Course::pausing:
      return day >= silent_from && day < back_on ? 0 : learnt;
    case Course::sleepy:
      return 0.12;
    case Course::slow_decline:
      return day >= silent_from ? 0 : learnt * std::exp(-since_turn / 22);
    case Course::sudden:
      return day >= silent_from ? 0 : learnt;
    case Course::champion_left:
      return day >= silent_from ? 0 : learnt * std::exp(-since_turn / 45);
    case Course::never_onboarded:
      return day >= silent_from ? 0 : 0.35 * std::exp(-since_turn / 15);
  }
  return 0;
}

bool AccountLife::is_there(std::size_t person, Day day) const {
  return course != Course::champion_left || person != 0 || day < turn;
}

std::array<std::optional<int>, 3> AccountLife::onboarding_days() const {
  std::array<std::optional<int>, 3> days;
  days[0] = 0;
  days[1] = 1 + static_cast<int>(spread(*this, 2, 9));
  days[2] = *days[1] + static_cast<int>(spread(*this, 3, 14));
  if (course == Course::never_onboarded || spread(*this, 4, 25) == 0) days[2].reset();
  if (course == Course::never_onboarded && spread(*this, 5, 2) == 0) days[1].reset();
  return days;
}

Contract AccountLife::contract_at_first() const { return kContracts[contract_place(*this)]; }

std::optional<Day> AccountLife::upgraded_on() const {
  if (course != Course::growing || contract_place(*this) + 1 == kContracts.size()) {
    return std::nullopt;
  }
  return turn + 45;
}

Contract AccountLife::contract_after() const {
  return kContracts[std::min(contract_place(*this) + 1, kContracts.size() - 1)];
}

int AccountLife::satisfaction(Day day) const {
  const auto mood = static_cast<int>(spread(*this, 6, 4));
  if (leaves(course)) return std::clamp((day < turn ? 7 : 3) + mood - 1, 0, 10);
  return std::clamp(7 + mood, 0, 10);
}

std::string_view AccountLife::owner() const { return kOwners[spread(*this, 7, kOwners.size())]; }

std::string_view AccountLife::industry() const {
  return kIndustries[spread(*this, 8, kIndustries.size())];
}

}  // namespace tidemark
