#pragma once

#include <optional>
#include <span>
#include <string>
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
  std::optional<std::size_t> action;  // of the definition, whose events fell
  std::string source;                 // whose events fell; without either: all together
  Traffic came;
  Traffic usual;  // the median of the same weekday in the eight weeks before

  friend bool operator==(const TrackingGap&, const TrackingGap&) = default;
};

/// What came of one source of live events, day by day.
struct SourceTraffic {
  std::string name;
  Day first;
  std::vector<Traffic> by_day;  // from `first` on
};

/// How many days before a day tell what is usual on it: enough for the weeks before the same date a
/// year ago, and a day beside it.
inline constexpr int kUsualDays = 365 + 1 + 7 * 8;

/// The gaps within `days`, by day; where all events fell together, those of single actions and
/// sources are left out, where a source did, those of actions. Looks at nothing later than each
/// day.
///
/// A day is a gap if at most a third of the usual events came (of one action or source a sixth), at
/// most two thirds of the fewest of those weeks, and from at most three quarters (half) of the
/// usual accounts; where at least 10 accounts and 30 events are usual, in at least four weeks. It
/// is none if the same date a year before fell likewise (a holiday), nor after seven gaps running
/// (that is how it is from then on). What a source lacks is no gap where other sources had at least
/// half of it more than usual: they send in its place now. Gaps are no yardstick for later weeks.
std::vector<TrackingGap> find_gaps(const History& history, const Signals& signals,
                                   const Definition& definition,
                                   std::span<const SourceTraffic> sources, DayRange days);

/// What came of all accounts, day by day; that of disjoint accounts adds up.
struct ActivityTraffic {
  std::vector<Traffic> all;
  std::vector<std::vector<Traffic>> of_actions;  // of the definition
};

/// The days that tell what is usual on `days`, those included; of activity of the days `active`.
DayRange days_for_gaps(DayRange active, DayRange days);
ActivityTraffic activity_traffic(const History& history, const Signals& signals,
                                 const Definition& definition, DayRange looked_at);
/// The same from traffic of the days `looked_at`.
std::vector<TrackingGap> find_gaps(const ActivityTraffic& traffic, DayRange looked_at,
                                   std::span<const SourceTraffic> sources, DayRange days);

}  // namespace tidemark
