#pragma once

#include <string>
#include <vector>

#include "score/account_activity.h"
#include "score/score_terms.h"
#include "scoring/ledger.h"
#include "scoring/level_ladder.h"

namespace tidemark {

/// Where an account stood on a day: as published, or as computed where the day is not.
struct ExplainedDay {
  Day day;
  Points points;
  bool is_published = false;
  std::optional<Level> level;           // published
  std::optional<std::uint8_t> display;  // where a calibration says
  std::optional<LadderCuts> cuts;       // likewise
  std::optional<Day> calibration;       // the day it was made
};

/// The ledger of an account between two days (scoring.md §9): every milli-point of the difference,
/// by cause. What each cause holds adds up to the difference.
struct Explanation {
  /// A user who earned the account points.
  struct Carrier {
    std::size_t user = 0;
    Points points;  // in the 30 days up to the later day, by actions
    Day last_day;   // with any activity, up to the later day
  };
  /// A user who earned a third or more of what actions earned, then fell silent.
  struct SilentChampion {
    std::size_t user = 0;
    double share = 0;  // of the 30 days that ended 14 days before the later day
    Day last_day;
  };
  struct ActionUse {
    std::size_t action = 0;
    Day day;  // the last day of a dropped one, the first of an adopted one
  };

  std::string id;
  int window_days = 0;  // of the later day
  bool is_new = false;  // on the earlier day it was younger than a window
  ExplainedDay from;
  ExplainedDay to;
  std::vector<std::string> actions;  // names, by place in the definition of the later day
  std::vector<std::string> users;    // ids, by number; "" = events without a user

  EarnedByUsers earned;                       // on the days the window gained
  EarnedByUsers expired;                      // on the days it lost
  std::vector<TermDifference> standing;       // milestones, tenure, traits, habit
  std::vector<TermDifference> by_definition;  // the same activity under other rules
  Points merge;                               // what counts since accounts were merged or parted
  Points late;     // came after the earlier day was published, of days up to it
  Points unknown;  // came after the later day was published: not in what it shows

  std::vector<Carrier> carriers;                 // the largest first
  std::vector<SilentChampion> silent_champions;  // likewise
  std::vector<ActionUse> dropped;  // earned in the window before the later day's, not in it
  std::vector<ActionUse> adopted;  // earned in the later day's window, never before

  Points sum() const;
};

/// The days between which the account is explained where none are given: its last published move
/// within 30 days, from the day before it began to wait; else the last week.
struct ExplainedDays {
  Day from;
  Day to;
};
Result<ExplainedDays> days_to_explain(Store& store, AccountNumber account, std::optional<Day> from,
                                      std::optional<Day> to, Day last_day);

/// Days that are published are explained as published, others under `definition`. `from` is before
/// `to`.
Result<Explanation> explain(Store& store, const std::string& id, ExplainedDays days,
                            const Definition& definition);

}  // namespace tidemark
