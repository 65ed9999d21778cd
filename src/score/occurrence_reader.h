#pragma once

#include "activity/event_signals.h"
#include "activity/history.h"
#include "base/time_zone.h"
#include "store/store.h"
#include "wire/json_properties.h"

namespace tidemark {

/// For so long after a day has ended its events are not late.
inline constexpr std::chrono::hours kGraceForLateEvents{2};

/// Turns events into occurrences, by the days of a zone: not those that are excluded, nor those of
/// whom no account is known yet. Where events say when they arrived, those that were late are
/// apart. One per thread; refers to `signals`.
class OccurrenceReader {
 public:
  OccurrenceReader(const EventSignals& signals, TimeZone zone) : signals_(signals), days_(zone) {}

  void read(const EventColumns& events);

  OccurrenceBlocks blocks;
  std::vector<LateOccurrence> late;

 private:
  std::vector<Occurrence>& block();

  const EventSignals& signals_;
  DayReader days_;
  JsonProperties properties_;
};

}  // namespace tidemark
