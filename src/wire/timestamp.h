#pragma once

#include <string_view>
#include <variant>

#include "base/clock.h"
#include "model/event.h"

namespace tidemark {

/// Reads an instant as logs write it: ISO 8601 (`2026-03-02T09:00:00.5+01:00`, `2026-03-02 09:00`,
/// `20260302T090000Z`, `2026/03/02`, a date alone = its midnight), or seconds, milliseconds,
/// microseconds or nanoseconds since 1970, told apart by their 10, 13, 16 or 19 digits. Without an
/// offset it is UTC. Fractions beyond microseconds are cut off.
///
/// Answers why not: `missing_time`, `unreadable_time`, or `ambiguous_time` for 03/04/2026.
std::variant<Instant, RejectReason> parse_timestamp(std::string_view text);

/// Writes `2026-03-02T09:00:00Z`, with milliseconds or microseconds where there are any.
std::string timestamp_text(Instant instant);

}  // namespace tidemark
