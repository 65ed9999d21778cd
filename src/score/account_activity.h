#pragma once

#include "score/loaded_activity.h"
#include "scoring/ledger.h"

namespace tidemark {

/// Who did what in an account, under the definition its activity was loaded for.
struct UserActions {
  std::vector<std::string> users;  // in byte order; "" = events without a user
  std::vector<UserCount> counts;   // by day, action, user
  std::vector<Day> last_days;      // of each user, with any activity
};

/// The account of that id. Fails with `not_found` for one nobody has heard of, naming those that
/// are spelled alike, and for one that is merged, naming the account to ask for.
Result<AccountNumber> find_account(Store& store, const std::string& id);

/// The activity of one account alone, as account 0, from these events of it and what is stated of
/// it.
Result<LoadedActivity> activity_of_events(Store& store, const std::string& account_id,
                                          const Definition& definition,
                                          const std::vector<AccountEvent>& events,
                                          std::vector<Statement> statements);

/// The same from all events that count for it.
Result<LoadedActivity> load_activity_of(Store& store, AccountNumber account,
                                        const std::string& account_id,
                                        const Definition& definition);

/// Which user did each action on each day, of the same events. Adds up to what the activity counts.
Result<UserActions> actions_by_user(const LoadedActivity& loaded,
                                    const std::vector<AccountEvent>& events);

}  // namespace tidemark
