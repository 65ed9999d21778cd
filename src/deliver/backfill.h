#pragma once

#include <functional>
#include <set>
#include <string>

#include "store/sqlite/outbox.h"

namespace tidemark {

/// Among what waits: as if it were new, or behind all that is.
enum class Turn : std::uint8_t { with_news, behind_news };

/// The accounts of which something waits for the destination.
Result<std::set<std::string>> waited_for(Outbox& outbox, const std::string& destination);

/// Puts what accounts were told last into the outbox once more: those that are meant and of which
/// nothing newer waits. How many.
Result<std::int64_t> tell_once_more(Outbox& outbox, const Destination& destination,
                                    const std::function<bool(const std::string&)>& is_meant,
                                    Turn turn, Instant now);

/// For a destination that lost what it was told: all of it once more, behind all news; of files the
/// last one. How many deliveries. Fails with `invalid_input` for kinds that are told what happened,
/// not where accounts stand.
Result<std::int64_t> backfill(Outbox& outbox, const Destination& destination, Instant now);

}  // namespace tidemark
