#pragma once

#include <cstdint>
#include <vector>

#include "model/event.h"
#include "model/import.h"
#include "store/rocksdb/message_index.h"

namespace tidemark {

/// Which events of a batch were taken.
struct TakenEvents {
  std::uint64_t count = 0;
  std::vector<bool> is_new;  // of each event; without an id, new unless rows are compared
};

/// The batch as its message ids say, none counted yet.
Result<TakenEvents> look_up(const MessageIndex& index, const EventBatch& events);

/// Whether rows of it that have no id are held against each other and those there are.
bool compares_rows(const EventBatch& events, Dedupe dedupe);

/// Adds what was taken in this batch of the log to the index.
Result<void> add_taken(MessageIndex& index, const EventBatch& events, const TakenEvents& taken,
                       std::uint64_t batch);

}  // namespace tidemark
