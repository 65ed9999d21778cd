#pragma once

#include <optional>

#include "base/clock.h"
#include "collect/numbered_names.h"
#include "collect/record_reader.h"

namespace tidemark {

/// Turns records into events, or says why not: the one place that decides what an event is.
class EventDecoder {
 public:
  /// `now` bounds how far in the future an event may be.
  EventDecoder(NumberedNames& accounts, NumberedNames& event_names, Instant now)
      : accounts_(accounts), event_names_(event_names), latest_(now + std::chrono::days{1}) {}

  /// Appends the record's event to `events`; a reject where it is none.
  std::optional<Reject> decode(const Record& record, EventBatch& events);

 private:
  NumberedNames& accounts_;
  NumberedNames& event_names_;
  Instant latest_;
  std::string properties_;
};

/// Whether an id is one of those that senders write when they have none: `null`, `anonymous`,
/// `undefined`, `0` …
bool is_meaningless_id(std::string_view id);

}  // namespace tidemark
