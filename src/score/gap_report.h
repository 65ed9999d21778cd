#pragma once

#include <string>
#include <vector>

#include "evidence/tracking_gap.h"
#include "store/sqlite/control.h"
#include "store/store.h"

namespace tidemark {

/// A day that looks as if events were missing, or is marked so.
struct GapDay {
  Day day;
  std::vector<TrackingGap> gaps;      // empty: nothing to see in the events
  std::optional<IncompleteDay> mark;  // none: nobody marked it
  bool is_published = false;
};

/// Every such day within `days`, oldest first.
Result<std::vector<GapDay>> report_gaps(Store& store, const Definition& definition,
                                        const std::vector<Source>& sources, DayRange days,
                                        const Cores& cores);

/// A gap with its evidence: `all events: 131 from 40 accounts, usually 1310 from 120`.
std::string gap_words(const TrackingGap& gap, const Definition& definition);

}  // namespace tidemark
