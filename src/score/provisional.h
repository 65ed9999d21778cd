#pragma once

#include <optional>
#include <string>

#include "score/live_activity.h"
#include "scoring/window.h"

namespace tidemark {

/// What an account would have if the day ended now.
struct ProvisionalScore {
  std::string account_id;  // whose activity it is: of a merged account the one it went into
  Day day;
  Window window;
  std::optional<std::uint8_t> display;  // under the last published rules
};

/// The score of a day that has not ended, from all events stored so far. Fails with `not_found` for
/// an account that is not known, or has no activity up to the day.
Result<ProvisionalScore> provisional_score(Store& store, LiveActivity& activity,
                                           const std::string& account_id, Day day);

}  // namespace tidemark
