#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/day.h"
#include "simulate/account_life.h"

namespace tidemark {

/// One line of the simulated company's event export. A duplicate is a line that is there twice.
struct SimulatedEvent {
  Instant at;
  Instant received_at;
  std::string message_id;
  std::string account_id;
  std::string user_id;
  std::string event;
  std::string properties;  // a JSON object
};

/// A company to simulate. The same plan gives the same company on every machine.
class SimulatedCompany {
 public:
  explicit SimulatedCompany(const CompanyPlan& plan);

  /// Makes the events, day by day, in order of time. They hold what real exports hold: bots and
  /// colleagues of ours, events that come late or twice, a day on which tracking failed.
  void events(const std::function<void(const SimulatedEvent&)>& sink) const;

  const std::vector<AccountLife>& accounts() const { return accounts_; }
  const CompanyPlan& plan() const { return plan_; }

  /// The day on which most events were lost.
  Day outage_day() const { return plan_.days.last - plan_.days.length() / 3; }

 private:
  CompanyPlan plan_;
  std::vector<AccountLife> accounts_;
};

/// An event name of the company, and whether doing it goes with staying.
struct SimulatedAction {
  const char* event;
  bool matters;
  const char* why;
};
std::span<const SimulatedAction> simulated_actions();

/// The definition that suits the simulated company, as text with comments.
std::string company_definition();

/// A definition to begin with, as text with comments that show what else can be said.
std::string first_definition();

}  // namespace tidemark
