#pragma once

#include <functional>

#include "score/loaded_activity.h"
#include "scoring/publication.h"

namespace tidemark {

/// An account on a day, as it was published or would be.
struct LevelOfDay {
  Day day;
  AccountNumber account = 0;
  Points points;
  std::optional<std::uint8_t> display;
  Level level = Level::inactive;  // by the plain cuts
  Level published = Level::inactive;
};

/// Levels and changes of a range of days, from records that say only what differs.
class LevelListing {
 public:
  /// `before` holds records from before the range, `within` those of it, by day.
  LevelListing(DayRange days, std::vector<LevelRecord> before, std::vector<LevelRecord> within,
               std::vector<Change> changes);

  /// Calls `visit` for each account that exists, by day, then in the order of `accounts`.
  /// `reference_on` tells the display reference of a day, if there was one.
  void for_each(const std::vector<AccountNumber>& accounts,
                const std::function<std::optional<Points>(Day)>& reference_on,
                const std::function<void(const LevelOfDay&)>& visit) const;

  const std::vector<Change>& changes() const { return changes_; }
  DayRange days() const { return days_; }

 private:
  DayRange days_;
  std::vector<LevelRecord> before_;
  std::vector<LevelRecord> within_;
  std::vector<Change> changes_;
};

/// What would be published for the days under one calibration, starting from each account's plain
/// level of the day before.
LevelListing compute_levels(const ScoredActivity& activity, const LevelLadder& ladder,
                            DayRange days, const Cores& cores);

/// What was published for the days.
Result<LevelListing> published_levels(Store& store, DayRange days);

}  // namespace tidemark
