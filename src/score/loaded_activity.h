#pragma once

#include <functional>
#include <string>
#include <vector>

#include "activity/event_signals.h"
#include "activity/history.h"
#include "base/time_zone.h"
#include "scoring/scored_activity.h"
#include "store/store.h"

namespace tidemark {

/// All account numbers, ordered by their ids byte by byte: the order of every listing.
std::vector<AccountNumber> numbers_by_id(const std::vector<std::string>& account_ids);

/// All activity of a store as a definition counts it: by the days of its zone, without what it
/// excludes, with the rules it has beyond event names; and what it asks of accounts.
struct LoadedActivity {
  Definition definition;
  History history;
  Signals signals;
  std::vector<std::string> account_ids;  // by account number
  std::vector<AccountFacts> facts;       // likewise; empty where the definition asks for none

  std::vector<AccountNumber> by_id() const { return numbers_by_id(account_ids); }

  ScoredActivity scored(const Cores& cores) const {
    return {history, signals, definition, facts, cores};
  }
};

/// The same without any events: what would be counted.
Result<LoadedActivity> load_signals(Store& store, const Definition& definition);

/// Of those accounts alone, for others there is no activity.
Result<LoadedActivity> load_activity(Store& store, const Definition& definition, const Cores& cores,
                                     AccountRange accounts = {});

/// The same, and what of it came late.
struct ArrivedActivity {
  LoadedActivity all;
  History in_time;                   // all but what came late; empty where nothing did
  std::vector<LateOccurrence> late;  // by the day it came
};
Result<ArrivedActivity> load_as_it_arrived(Store& store, const Definition& definition,
                                           const Cores& cores);

/// Says that there is no such account, and which one may be meant.
Error unknown_account(const std::string& id, const std::vector<std::string>& ids);

}  // namespace tidemark
