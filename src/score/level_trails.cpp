#include "score/level_trails.h"

#include <algorithm>

namespace tidemark {

Result<LevelTrails> LevelTrails::over(Store& store, DayRange published, int trend_days) {
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  auto records = store.records_within(published);
  if (!records) return records.error();
  LevelTrails trails;
  trails.records_ = *std::move(records);
  trails.trend_days_ = trend_days;
  trails.trails_.resize(ids->size());
  return trails;
}

void LevelTrails::move_to(Day day) {
  for (; next_ < records_.size() && records_[next_].day <= day; ++next_) {
    const LevelRecord& record = records_[next_];
    LevelTrail& trail = trails_[record.account];
    const Level before = trail.record.standing.level;
    if (trail.record.day == Day{}) {
      trail.first_day = trail.since = record.day;
    } else if (before != record.standing.level) {
      trail.level_before = before;
      trail.highest_before = std::max(trail.highest_before, before);
      trail.since = record.day;
    }
    trail.record = record;
  }
  for (; next_trend_ < next_ && records_[next_trend_].day <= day - trend_days_; ++next_trend_) {
    trails_[records_[next_trend_].account].points_before = records_[next_trend_].points;
  }
}

}  // namespace tidemark
