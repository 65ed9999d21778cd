#pragma once

#include <optional>
#include <vector>

#include "activity/history.h"
#include "activity/signals.h"
#include "model/definition.h"

namespace tidemark {

/// How much came on a day: occurrences, and of how many accounts.
struct Traffic {
  std::int64_t events = 0;
  std::int64_t accounts = 0;

  friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// A day on which far less came from many accounts at once than on the same weekday before, the
/// mark of lost events and not of customers who turn away (scoring.md §10).
struct TrackingGap {
  Day day;
  std::optional<std::size_t> action;  // of the definition, whose events fell; none: all together
  Traffic came;
  Traffic usual;  // the median of the same weekday in the eight weeks before

  friend bool operator==(const TrackingGap&, const TrackingGap&) = default;
};

/// The gaps within `days`, by day; where all events fell together, those of single actions are left
/// out. Looks at nothing later than each day.
///
/// A day is a gap if at most a third of the usual events came (of one action a sixth), at most two
/// thirds of the fewest of those weeks, and from at most three quarters (half) of the usual
/// accounts; where at least 10 accounts and 30 events are usual, in at least four weeks. It is none
/// if the same date a year before fell likewise (a holiday), nor after seven gaps running (that is
/// how it is from then on). Gaps are no yardstick for later weeks.
std::vector<TrackingGap> find_gaps(const History& history, const Signals& signals,
                                   const Definition& definition, DayRange days);

}  // namespace tidemark
