#include "score/occurrence_reader.h"

namespace tidemark {

void OccurrenceReader::read(const EventColumns& events) {
  const bool is_plain = !signals_.reads_users() && !signals_.reads_properties();
  for (std::size_t row = 0; row < events.at.size(); ++row) {
    const AccountNumber account = events.account[row];
    const Properties* properties = nullptr;
    if (account == kNoAccount) continue;  // it waits
    if (signals_.is_excluded(account, events.user.empty() ? "" : events.user[row])) continue;
    if (!is_plain && signals_.reads_properties_of(events.name[row])) {
      properties_.read(events.properties[row]);
      if (signals_.is_flagged(properties_)) continue;
      properties = &properties_;
    }
    const Day day = days_.day_of(events.at[row]);
    const Day arrived =
        events.arrived.empty() ? day : days_.day_of(events.arrived[row] - kGraceForLateEvents);
    signals_.for_each_signal(events.name[row], properties, [&](SignalNumber signal) {
      const Occurrence occurrence = Occurrence::of(account, day, signal);
      if (arrived > day) {
        late.push_back({occurrence, arrived});
      } else {
        block().push_back(occurrence);
      }
    });
  }
}

std::vector<Occurrence>& OccurrenceReader::block() {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  if (blocks.empty() || blocks.back().size() == kBlock) blocks.emplace_back().reserve(kBlock);
  return blocks.back();
}

}  // namespace tidemark
