#pragma once

#include <optional>

#include "base/clock.h"
#include "collect/domain_accounts.h"
#include "collect/numbered_names.h"
#include "collect/record_reader.h"
#include "model/identity.h"

namespace tidemark {

/// Turns records into events, or says why not: the one place that decides what an event is.
class EventDecoder {
 public:
  /// An event without an account is taken where the identity knows its user's. `now` bounds how far
  /// in the future an event may be.
  EventDecoder(NumberedNames& accounts, NumberedNames& event_names, const Identity& identity,
               Instant now)
      : accounts_(accounts),
        event_names_(event_names),
        identity_(identity),
        domains_(accounts, identity.counts_by_domain()),
        latest_(now + std::chrono::days{1}) {}

  /// Appends the record's event to `events`; a reject where it is none.
  std::optional<Reject> decode(const Record& record, EventBatch& events);

 private:
  NumberedNames& accounts_;
  NumberedNames& event_names_;
  const Identity& identity_;
  DomainAccounts domains_;
  Instant latest_;
  std::string properties_;
};

/// The first thing that is wrong with a record whatever it is of: its encoding.
std::optional<Reject> encoding_reject(const Record& record);

Reject reject_of(const Record& record, RejectReason reason);
Reject reject_of(const Record& record, RejectReason reason, Field field);

/// The members of a JSON object's text, without its braces.
std::string_view members_of(std::string_view object);

}  // namespace tidemark
