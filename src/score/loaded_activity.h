#pragma once

#include <string>
#include <vector>

#include "activity/history.h"
#include "base/time_zone.h"
#include "scoring/scored_activity.h"
#include "store/store.h"

namespace tidemark {

/// All account numbers, ordered by their ids byte by byte: the order of every listing.
std::vector<AccountNumber> numbers_by_id(const std::vector<std::string>& account_ids);

/// All activity of a store, counted by the days of a zone, with the names of what is numbered in
/// it.
struct LoadedActivity {
  History history;
  std::vector<std::string> account_ids;  // by account number
  std::vector<std::string> event_names;  // by signal number

  std::vector<AccountNumber> by_id() const { return numbers_by_id(account_ids); }

  ScoredActivity scored_by(const Definition& definition, const Cores& cores) const;
};

Result<LoadedActivity> load_activity(Store& store, TimeZone zone, const Cores& cores);

}  // namespace tidemark
