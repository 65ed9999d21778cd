#pragma once

#include <span>
#include <vector>

#include "store/store.h"

namespace tidemark {

/// What the published records up to a day say of an account.
struct LevelTrail {
  LevelRecord record;                      // its `day` is Day{} while it has none
  Day since;                               // the day its published level was published
  std::optional<Level> level_before;       // none: it has none but this
  Level highest_before = Level::inactive;  // of the published levels before this one
  Day first_day;
  Points points_before;  // so many days earlier; 0 where it was not there yet
};

/// Walks the published records forward, day by day; by account number.
class LevelTrails {
 public:
  /// Reads the records up to `last`. Points before are those of `trend_days` earlier.
  static Result<LevelTrails> over(Store& store, DayRange published, int trend_days);

  /// To a day that is not before the last one.
  void move_to(Day day);

  std::span<const LevelTrail> accounts() const { return trails_; }

 private:
  std::vector<LevelRecord> records_;  // by day, then account
  int trend_days_ = 0;
  std::size_t next_ = 0;        // to be taken in
  std::size_t next_trend_ = 0;  // to be taken in as points before
  std::vector<LevelTrail> trails_;
};

}  // namespace tidemark
