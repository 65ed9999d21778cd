#include "simulate/company.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::array kActions = {
    SimulatedAction{"report_created", true, "drops before an account leaves"},
    SimulatedAction{"report_shared", true, "drops before an account leaves"},
    SimulatedAction{"comment_added", true, "drops before an account leaves"},
    SimulatedAction{"dashboard_scheduled", true, "drops before an account leaves"},
    SimulatedAction{"export_run", true, "drops before an account leaves; bots do it too"},
    SimulatedAction{"invite_sent", true, "drops before an account leaves"},
    SimulatedAction{"report_viewed", false, "goes on nearly as long as logins do"},
    SimulatedAction{"login", false, "goes on almost to the end"},
    SimulatedAction{"settings_opened", false, "noise"},
    SimulatedAction{"theme_changed", false, "noise"},
    SimulatedAction{"help_opened", false, "noise; a little more when things go badly"},
    SimulatedAction{"workspace_created", false, "onboarding, everybody does it"},
    SimulatedAction{"integration_connected", true, "onboarding; those that never do it leave"},
    SimulatedAction{"first_report", true, "onboarding; those that never do it leave"},
    SimulatedAction{"integration_synced", false, "a bot"},
    SimulatedAction{"email_bounced", false, "happens to an account, also to one that is gone"}};

/// How often a role does what, relative to each other.
struct Mix {
  const char* event;
  std::array<double, 3> by_role;  // admin, analyst, viewer
  bool is_deep;                   // drops first when an account declines
};
constexpr std::array kMixes = {Mix{"login", {0.28, 0.24, 0.42}, false},
                               Mix{"report_viewed", {0.16, 0.20, 0.40}, false},
                               Mix{"report_created", {0.13, 0.20, 0.01}, true},
                               Mix{"comment_added", {0.09, 0.12, 0.08}, true},
                               Mix{"report_shared", {0.07, 0.08, 0.01}, true},
                               Mix{"export_run", {0.05, 0.08, 0.02}, true},
                               Mix{"dashboard_scheduled", {0.05, 0.03, 0.00}, true},
                               Mix{"invite_sent", {0.05, 0.00, 0.00}, true},
                               Mix{"settings_opened", {0.06, 0.01, 0.01}, false},
                               Mix{"theme_changed", {0.02, 0.02, 0.03}, false},
                               Mix{"help_opened", {0.04, 0.02, 0.02}, false}};

constexpr std::int64_t kSecondsOfDay = 86'400;

/// Mondays are fullest, weekends all but empty; so are the days around new year, and August is
/// slow.
double rhythm_of(Day day) {
  constexpr std::array kWeek = {1.1, 1.15, 1.1, 1.0, 0.8, 0.06, 0.05};
  const CalendarDate date = calendar_date(day);
  const bool is_new_year =
      (date.month == 12 && date.day >= 24) || (date.month == 1 && date.day <= 1);
  const double season = is_new_year ? 0.12 : date.month == 8 ? 0.75 : 1;
  return kWeek[static_cast<std::size_t>(weekday(day))] * season;
}

/// The seconds after midnight UTC at which something happens: office hours, most around ten and
/// three.
std::int64_t draw_second(Random& random) {
  const double hour = random.happens(0.5) ? 10 + 1.3 * random.normal() : 15 + 1.6 * random.normal();
  return static_cast<std::int64_t>(std::clamp(hour, 5.0, 21.9) * 3600);
}

/// Makes the events of one account on one day.
class AccountDay {
 public:
  AccountDay(const CompanyPlan& plan, const AccountLife& account, Day day,
             std::vector<SimulatedEvent>& events)
      : account_(account),
        day_(day),
        events_(events),
        // A stream of its own for each account and day, so that neither depends on the others.
        random_(plan.seed * 1'000'003 + static_cast<std::uint64_t>(account.number) * 100'003 +
                static_cast<std::uint64_t>(day.number)) {}

  void simulate() {
    const double energy = account_.energy_on(day_);
    const double rhythm = rhythm_of(day_);
    onboard();
    for (std::size_t person = 0; person < account_.people.size(); ++person) {
      if (account_.is_there(person, day_)) work(person, energy, rhythm);
    }
    if (account_.has_sync && energy > 0) {
      for (int at = 0; at < 4; ++at) {
        add("sync@bots.example", "integration_synced", at * 21'600 + random_.below(60),
            R"({"automatic":true})");
      }
      if (random_.happens(0.1))
        add("sync@bots.example", "export_run", 10'800, R"({"automatic":true})");
    }
    if (random_.happens(0.02)) add("", "email_bounced", 32'400 + random_.below(3'600), "{}");
    // A colleague of ours helps, in the product, with a flag that says so.
    if (energy > 0 && rhythm > 0.5 && random_.happens(0.004)) {
      add("support@tidemark.example", "report_created", draw_second(random_),
          R"({"source":"web","impersonating":true})");
    }
  }

 private:
  void onboard() {
    constexpr std::array kSteps = {"workspace_created", "integration_connected", "first_report"};
    const auto days = account_.onboarding_days();
    for (std::size_t step = 0; step < kSteps.size(); ++step) {
      if (days[step] == day_ - account_.first_day) {
        add(account_.user_id(0), kSteps[step], draw_second(random_), R"({"source":"web"})");
      }
    }
  }

  void work(std::size_t person, double energy, double rhythm) {
    const SimulatedPerson& who = account_.people[person];
    const double usual = 5 * account_.energy * who.share * rhythm;
    if (usual <= 0 || energy <= 0 || !random_.happens(0.85)) return;
    // What matters goes first: it falls with the square of the energy, the rest with its root.
    const double deep = std::min(energy, 1.0);
    const int actions = random_.poisson(usual * (energy > 1 ? energy : std::sqrt(energy)));
    for (int at = 0; at < actions; ++at) {
      const Mix& mix = draw_mix(who.role);
      if (mix.is_deep && !random_.happens(deep * std::sqrt(deep))) continue;
      add(account_.user_id(person), mix.event, draw_second(random_), properties_of(mix.event));
    }
  }

  const Mix& draw_mix(Role role) {
    double drawn = random_.uniform();
    for (const Mix& mix : kMixes) {
      const double share = mix.by_role[static_cast<std::size_t>(role)];
      if (drawn < share) return mix;
      drawn -= share;
    }
    return kMixes.front();
  }

  std::string properties_of(std::string_view event) {
    const char* source = random_.happens(0.8) ? "web" : "mobile";
    if (event == "report_shared") {
      return fmt::format(R"({{"source":"{}","channel":"{}"}})", source,
                         random_.happens(0.35) ? "external" : "internal");
    }
    if (event == "report_created") {
      return fmt::format(R"({{"source":"{}","pages":{}}})", source, 1 + random_.poisson(2));
    }
    return fmt::format(R"({{"source":"{}"}})", source);
  }

  void add(std::string user, const char* name, std::int64_t second, std::string properties) {
    SimulatedEvent event;
    event.at = Instant{std::chrono::seconds{day_.number * kSecondsOfDay + second}};
    // Most arrive within a minute; phones without a network send up to three days later.
    const std::int64_t delay =
        random_.happens(0.01) ? 3'600 + random_.below(3 * kSecondsOfDay) : random_.below(60);
    event.received_at = event.at + std::chrono::seconds{delay};
    event.message_id = fmt::format("{:016x}", random_.bits());
    event.account_id = account_.id;
    event.user_id = std::move(user);
    event.event = name;
    event.properties = std::move(properties);
    events_.push_back(std::move(event));
    if (random_.happens(0.004)) events_.push_back(events_.back());
  }

  const AccountLife& account_;
  Day day_;
  std::vector<SimulatedEvent>& events_;
  Random random_;
};

}  // namespace

std::span<const SimulatedAction> simulated_actions() { return kActions; }

SimulatedCompany::SimulatedCompany(const CompanyPlan& plan) : plan_(plan) {
  Random random(plan.seed);
  accounts_.reserve(static_cast<std::size_t>(plan.accounts));
  for (int number = 1; number <= plan.accounts; ++number) {
    accounts_.push_back(draw_account(plan, number, random));
  }
}

void SimulatedCompany::events(const std::function<void(const SimulatedEvent&)>& sink) const {
  std::vector<SimulatedEvent> events;
  for (Day day = plan_.days.first; day <= plan_.days.last; ++day) {
    events.clear();
    for (const AccountLife& account : accounts_) {
      if (day >= account.first_day) AccountDay(plan_, account, day, events).simulate();
    }
    if (day == outage_day()) {
      Random random(plan_.seed + 1);
      std::erase_if(events, [&](const SimulatedEvent&) { return random.happens(0.9); });
    }
    std::ranges::sort(events, {}, [](const SimulatedEvent& event) {
      return std::pair(event.at, std::string_view(event.message_id));
    });
    for (const SimulatedEvent& event : events) sink(event);
  }
}

}  // namespace tidemark
