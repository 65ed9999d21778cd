#include "store/taken_events.h"

#include <algorithm>

namespace tidemark {

Result<TakenEvents> look_up(const MessageIndex& index, const EventBatch& events) {
  auto known = index.known(events.message);
  if (!known) return known.error();
  known->flip();
  return TakenEvents{0, *std::move(known)};
}

bool compares_rows(const EventBatch& events, Dedupe dedupe) {
  return dedupe == Dedupe::rows &&
         std::ranges::any_of(events.message, [](Wide message) { return message == 0; });
}

Result<void> add_taken(MessageIndex& index, const EventBatch& events, const TakenEvents& taken,
                       std::uint64_t batch) {
  std::vector<Wide> messages;
  for (std::size_t row = 0; row < taken.is_new.size(); ++row) {
    if (taken.is_new[row]) messages.push_back(events.message[row]);
  }
  return index.add(messages, batch);
}

}  // namespace tidemark
