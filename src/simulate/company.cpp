#include "simulate/company.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "simulate/random.h"

namespace tidemark {
namespace {

/// What people of the company's product do, how often relative to each other, and in which mood.
struct Habit {
  const char* event;
  double share;
};
constexpr std::array kHabits = {Habit{"login", 0.34},
                                Habit{"report_viewed", 0.24},
                                Habit{"report_created", 0.12},
                                Habit{"comment_added", 0.10},
                                Habit{"report_shared", 0.06},
                                Habit{"export_run", 0.05},
                                Habit{"integration_synced", 0.05},
                                Habit{"invite_sent", 0.02},
                                Habit{"settings_opened", 0.02}};

/// How an account's energy goes through its life.
enum class Course { steady, growing, fading, leaving, pausing, sleepy };

struct Person {
  std::string id;
  double energy;
};

struct SimulatedAccount {
  std::string id;
  Day first_day;
  Day turn;  // of the course
  Day silent_from;
  Day back_on;
  Course course;
  double energy;  // actions of a person on a usual working day
  std::vector<Person> people;
};

constexpr std::array kFirstWords = {
    "north", "silver", "blue",  "quiet", "bright", "stone",   "river", "maple",  "iron", "cloud",
    "amber", "swift",  "green", "polar", "coral",  "granite", "lunar", "copper", "wild", "harbour"};
constexpr std::array kSecondWords = {
    "wind",  "works",  "labs",  "foods", "media", "bank",  "field",  "forge", "point",  "trade",
    "build", "health", "press", "grid",  "soft",  "craft", "travel", "learn", "motors", "supply"};
constexpr std::array kPeople = {"ana",  "ben",   "chloe", "david", "elif", "femi", "grace",
                                "hugo", "ines",  "jonas", "kira",  "liam", "mei",  "noor",
                                "omar", "petra", "quinn", "rosa",  "sven", "tara"};

Course draw_course(Random& random) {
  const double drawn = random.uniform();
  if (drawn < 0.42) return Course::steady;
  if (drawn < 0.60) return Course::growing;
  if (drawn < 0.68) return Course::fading;
  if (drawn < 0.88) return Course::leaving;
  if (drawn < 0.95) return Course::pausing;
  return Course::sleepy;
}

SimulatedAccount draw_account(const CompanyPlan& plan, int number, Random& random) {
  SimulatedAccount account;
  const auto word = [&](const auto& words) {
    return words[static_cast<std::size_t>(random.below(static_cast<int>(words.size())))];
  };
  account.id = fmt::format("{}{}-{}", word(kFirstWords), word(kSecondWords), number);
  const int days = plan.days.length();
  // Half are customers from before; the others sign up on the way.
  account.first_day =
      plan.days.first +
      (random.happens(0.5) ? random.below(7) : random.below(std::max(1, days - 10)));
  account.course = draw_course(random);
  const int life = std::max(1, plan.days.last - account.first_day);
  account.turn = account.first_day + 30 + static_cast<int>(random.between(0.05, 1.1) * life);
  account.silent_from = account.turn + 30 + random.below(60);
  account.back_on = account.silent_from + 40 + random.below(80);
  // Most are alike within a factor of two or so; one in twenty has made the product its home.
  account.energy = std::exp(-0.2 + 0.6 * random.normal()) * (random.happens(0.05) ? 6 : 1);
  const int people = 1 + random.poisson(2.5 * std::min(8.0, account.energy));
  for (int at = 0; at < people; ++at) {
    account.people.push_back(
        {fmt::format("{}@{}.example", kPeople[static_cast<std::size_t>(at) % kPeople.size()],
                     account.id),
         std::exp(0.8 * random.normal()) / people});
  }
  return account;
}

/// How much of its usual energy the account has on the day.
double energy_on(const SimulatedAccount& account, Day day) {
  const double since_turn = day < account.turn ? 0 : day - account.turn;
  switch (account.course) {
    case Course::steady:
      return 1;
    case Course::growing:
      return 1 + std::min(3.0, since_turn / 60);
    case Course::fading:
      return std::max(0.12, std::exp(-since_turn / 60));
    case Course::leaving:
      return day >= account.silent_from ? 0 : std::exp(-since_turn / 18);
    case Course::pausing:
      return day >= account.silent_from && day < account.back_on ? 0 : 1;
    case Course::sleepy:
      return 0.1;
  }
  return 0;
}

const char* draw_event(Random& random) {
  double drawn = random.uniform();
  for (const Habit& habit : kHabits) {
    if (drawn < habit.share) return habit.event;
    drawn -= habit.share;
  }
  return kHabits.front().event;
}

/// The seconds after midnight UTC at which something happens: office hours, most around ten and
/// three.
std::int64_t draw_second(Random& random) {
  const double hour = random.happens(0.5) ? 10 + 1.3 * random.normal() : 15 + 1.6 * random.normal();
  return static_cast<std::int64_t>(std::clamp(hour, 5.0, 21.9) * 3600);
}

void simulate_day(const CompanyPlan& plan, const SimulatedAccount& account, int number, Day day,
                  std::vector<SimulatedEvent>& events) {
  // A stream of its own for each account and day, so that neither depends on the others.
  Random random(plan.seed * 1'000'003 + static_cast<std::uint64_t>(number) * 100'003 +
                static_cast<std::uint64_t>(day.number));
  const double rhythm = weekday(day) < 5 ? 1.0 : 0.08;
  for (const Person& person : account.people) {
    const double mean = 5 * account.energy * person.energy * energy_on(account, day) * rhythm;
    const int actions = random.happens(0.85) ? random.poisson(mean) : 0;
    for (int at = 0; at < actions; ++at) {
      SimulatedEvent event;
      const std::int64_t second = day.number * std::int64_t{86'400} + draw_second(random);
      event.at = Instant{std::chrono::seconds{second}};
      event.message_id = fmt::format("{:016x}", random.bits());
      event.account_id = account.id;
      event.user_id = person.id;
      event.event = draw_event(random);
      event.properties =
          fmt::format(R"({{"source":"{}"}})", random.happens(0.8) ? "web" : "mobile");
      events.push_back(std::move(event));
    }
  }
}

}  // namespace

void simulate_company(const CompanyPlan& plan,
                      const std::function<void(const SimulatedEvent&)>& sink) {
  Random random(plan.seed);
  std::vector<SimulatedAccount> accounts;
  for (int number = 1; number <= plan.accounts; ++number) {
    accounts.push_back(draw_account(plan, number, random));
  }
  std::vector<SimulatedEvent> events;
  for (Day day = plan.days.first; day <= plan.days.last; ++day) {
    events.clear();
    for (int number = 0; number < plan.accounts; ++number) {
      const SimulatedAccount& account = accounts[static_cast<std::size_t>(number)];
      if (day >= account.first_day) simulate_day(plan, account, number, day, events);
    }
    std::ranges::sort(events, {}, [](const SimulatedEvent& event) {
      return std::pair(event.at, std::string_view(event.message_id));
    });
    for (const SimulatedEvent& event : events) sink(event);
  }
}

std::string company_definition() {
  return R"toml(# What engagement means for this product. Edit, then run: tidemark score

name = "Default"
time_zone = "Europe/Berlin"     # days begin and end here
window_days = 30                # a score is the points of the last 30 days
engaged_day_points = 1.0        # for every day with at least one action below

# Happens to an account rather than by it: not even activity.
not_activity = ["email_bounced"]

# Actions: what customers came for. Logins are activity, but earn nothing.
#   repeat = "diminishing"  points times the square root of the day's count (the default)
#            "every"        points times the count
#            "once"         points, however often
#   cap_per_day             counts above it earn nothing

[[action]]
name = "Report created"
when = { event = "report_created" }
points = 5.0

[[action]]
name = "Report shared"
when = { event = "report_shared" }
points = 8.0

[[action]]
name = "Comment"
when = { event = "comment_added" }
points = 2.0
cap_per_day = 20

[[action]]
name = "Export"
when = { event = "export_run" }
points = 3.0

[[action]]
name = "Data synced"
when = { event = "integration_synced" }
points = 1.0
repeat = "once"

[[action]]
name = "Colleague invited"
when = { event = "invite_sent" }
points = 6.0
)toml";
}

}  // namespace tidemark
