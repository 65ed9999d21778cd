#pragma once

#include <functional>

#include "store/duckdb/database.h"
#include "store/store.h"
#include "store/taken_events.h"

namespace tidemark::duck {

/// Where events came from.
struct EventOrigin {
  std::uint32_t import = 0;                    // 0: they arrived live
  std::span<const std::uint16_t> source = {};  // of each event; empty for an import
  std::uint64_t batch = 0;
};

/// Appends the events that are not there yet. Within the caller's transaction; `index` is told of
/// them by the caller, after it.
Result<TakenEvents> append_events(Connection& connection, const MessageIndex& index,
                                  const EventBatch& events, const EventOrigin& origin,
                                  Dedupe dedupe);

Result<std::uint64_t> event_count(Connection& connection);

/// The log of events as it is now.
struct EventLog {
  std::string state;        // another name after every change
  std::string log;          // another name after events were taken back
  std::uint64_t batch = 0;  // of the last transaction that added events
};
Result<EventLog> event_log(Connection& connection);

/// Begins the next batch and returns its number. Within the caller's transaction.
Result<std::uint64_t> begin_batch(Connection& connection);
/// Gives the log another name, as events were taken back. Within the caller's transaction.
Result<void> begin_log(Connection& connection);

/// Hands over the messages of all batches after this one, in no order; of all for 0.
Result<void> read_messages(Connection& connection, std::uint64_t after_batch,
                           const std::function<Result<void>(std::span<const Wide>)>& sink);

/// Within the caller's transaction, so that all of it is of one moment.
Result<void> read_events(Connection& connection, const Identity& identity, EventDetail detail,
                         const std::function<void(const EventColumns&, unsigned)>& sink);

Result<std::optional<Instant>> last_event(Connection& connection, Instant until);

Result<void> read_arrived(Connection& connection, const Identity& identity, Instant from,
                          Instant until, const std::function<void(const ArrivedColumns&)>& sink);

/// Those up to batch `ordered` are read from the copy in the order of accounts, where there is one.
Result<std::vector<AccountEvent>> events_of(Connection& connection, const Identity& identity,
                                            AccountNumber account,
                                            std::optional<std::uint64_t> ordered);

Result<std::vector<ArrivedEvent>> arrived_since(Connection& connection, const Identity& identity,
                                                std::uint64_t batch, int limit);

}  // namespace tidemark::duck
