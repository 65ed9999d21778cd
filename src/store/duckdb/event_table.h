#pragma once

#include <functional>

#include "store/duckdb/database.h"
#include "store/store.h"

namespace tidemark::duck {

/// Appends the events that are not there yet; returns how many were taken. Within the caller's
/// transaction.
Result<std::uint64_t> append_events(Connection& connection, const EventBatch& events,
                                    std::uint32_t import, Dedupe dedupe);

Result<std::uint64_t> event_count(Connection& connection);
Result<std::string> event_log_state(Connection& connection);
/// Gives the event log another name. Within the caller's transaction.
Result<void> rename_event_log(Connection& connection);

Result<void> read_events(Database& database, EventDetail detail,
                         const std::function<void(const EventColumns&, unsigned)>& sink);

Result<std::vector<AccountEvent>> events_of(Connection& connection, AccountNumber account);

}  // namespace tidemark::duck
