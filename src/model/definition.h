#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/points.h"

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
  std::string event;
  Points points;
  Repeat repeat = Repeat::diminishing;
  std::int64_t cap_per_day = 0;  // counts above are not points; 0 = no cap

  friend bool operator==(const Action&, const Action&) = default;
};

inline constexpr Points kMostPoints{1'000'000};
inline constexpr std::int64_t kMostPerDay = 1'000'000;
inline constexpr int kWindowDays = 30;

/// Which signals earn how many points. A value of this type is a valid definition: it came through
/// `parse_definition`.
struct Definition {
  std::string name;
  std::string time_zone = "UTC";
  Points engaged_day_points;
  std::vector<std::string> not_activity;  // sorted, each once
  std::vector<Action> actions;            // in the order written

  friend bool operator==(const Definition&, const Definition&) = default;
};

}  // namespace tidemark
