#pragma once

#include "score/level_listing.h"
#include "score/score_listing.h"
#include "scoring/points_by_action.h"

namespace tidemark {

/// Everything about one account up to a day.
struct AccountReport {
  std::string id;
  Day day;
  Day first_active_day;
  std::optional<Day> last_active_day;
  std::optional<LevelOfDay> published;  // on `day`, where that day is published
  Day level_since;                      // of the published level
  std::vector<ScoreOfDay> scores;       // the last days, oldest first, `day` last
  std::vector<EarnedPoints> earned;     // the terms of the points on `day`
  std::vector<Change> changes;          // oldest first, up to `day`
};

/// Fails with `not_found` for an account nobody has heard of, naming ones that are spelled alike.
Result<AccountReport> report_account(Store& store, const std::string& id, Day day, int days,
                                     const Definition& definition);

}  // namespace tidemark
