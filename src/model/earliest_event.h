#pragma once

#include "base/clock.h"

namespace tidemark {

/// Clocks that were never set say 1970, or 1980; nobody counts what is older than this.
inline constexpr Instant kEarliestEvent{std::chrono::sys_days{std::chrono::year{1990} / 1 / 1}};

}  // namespace tidemark
