#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/day.h"

namespace tidemark {

/// A company to simulate: its accounts sign up, work in their own rhythm, grow, fade, leave and
/// come back.
struct CompanyPlan {
  std::uint64_t seed = 1;
  int accounts = 200;
  DayRange days;  // days of which there are events
};

struct SimulatedEvent {
  Instant at;
  std::string message_id;
  std::string account_id;
  std::string user_id;
  std::string event;
  std::string properties;  // a JSON object
};

/// Makes the company's events, day by day, in order of time. The same plan gives the same events on
/// every machine.
void simulate_company(const CompanyPlan& plan,
                      const std::function<void(const SimulatedEvent&)>& sink);

/// The definition that suits the simulated company, as text with comments.
std::string company_definition();

}  // namespace tidemark
