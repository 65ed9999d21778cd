#pragma once

#include <string>

#include "base/day.h"

namespace tidemark {

/// A day of which events are missing. While it counts as incomplete, levels do not move on it:
/// accounts are not blamed for what was lost on the way.
struct IncompleteDay {
  Day day;
  std::string why;
  bool is_by_hand = false;
  bool is_lifted = false;  // looked at, and to be published like any other

  friend bool operator==(const IncompleteDay&, const IncompleteDay&) = default;
};

}  // namespace tidemark
