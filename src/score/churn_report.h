#pragma once

#include "base/time_zone.h"
#include "evidence/calibration_evidence.h"
#include "evidence/silence.h"
#include "evidence/survival.h"
#include "score/published_rules.h"
#include "score/score_terms.h"

namespace tidemark {

/// Who fell silent for 30 days, who came back, and how often each published level does.
struct ChurnReport {
  struct Account {
    std::string id;
    ChurnEpisode episode;
    std::optional<Level> level;  // published on the churn day; none where that day is not published
    Points points;               // likewise
    std::optional<Day> stated;   // when it is said to have left
    std::vector<TermDifference> why;  // its points on the churn day, less those 30 days before
  };
  /// What came of the accounts of each level on a day: the 30 days after.
  struct Cohort {
    Day day;
    std::array<SilenceRate, kLevelCount> by_level;
  };
  struct StatedChurn {
    std::string id;
    Day stated;
    std::optional<Day> last_active;
    bool is_silent = false;  // no activity in the 30 days before the end of the report
  };

  DayRange days;                  // of detection
  std::vector<Account> accounts;  // the latest first, then by id
  SilenceRate came_back;          // of the episodes whose 30 days after detection have passed
  SilenceRate came_back_in_60;    // likewise within 60
  std::vector<Cohort> months;     // month-ends whose 30 days have passed, oldest first
  std::array<SilenceRate, kLevelCount> by_level;                 // all months together
  std::array<std::vector<SurvivalPoint>, kLevelCount> survival;  // until detection, 30 days apart
  std::vector<StatedChurn> stated;                               // within the days, by day, then id
};

/// The churn detected within `days`; months and survival look back a year from their end. Without
/// days the last 120 up to the last published day. Levels are those that were published.
Result<ChurnReport> report_churn(Store& store, std::optional<Day> from, std::optional<Day> to,
                                 TimeZone zone, const Cores& cores);

/// The levels that churn is told of, the lowest first.
inline constexpr std::array kChurnLevels = {Level::none, Level::low, Level::medium, Level::high};

}  // namespace tidemark
