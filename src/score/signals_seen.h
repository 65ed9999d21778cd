#pragma once

#include <string>
#include <vector>

#include "model/definition.h"
#include "store/store.h"

namespace tidemark {

/// An event by name, as it was seen on some days, and what the definition makes of it.
struct SeenSignal {
  std::string event;
  std::uint64_t events = 0;
  std::uint64_t accounts = 0;        // that did it
  std::vector<std::string> actions;  // whose rules name it; what they ask of properties aside
  bool is_activity = true;
};

/// Every event name there is, the most frequent first, then by name; those not seen on the days
/// with no events.
Result<std::vector<SeenSignal>> signals_seen(Store& store, const Definition& definition,
                                             DayRange days);

}  // namespace tidemark
