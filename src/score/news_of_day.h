#pragma once

#include "activity/cores.h"
#include "base/time_zone.h"
#include "model/account_news.h"
#include "model/definition.h"
#include "store/store.h"

namespace tidemark {

/// Whether to say of a day's news where every account stands, and how likely each falls silent.
enum class NewsOf : std::uint8_t { moves, moves_and_accounts };

/// What is new on a published day, as it was published. The reasons are those of the first moves
/// alone, falls before rises: nobody reads more, and each costs a look at the account's events.
/// With what these properties of accounts were on the day. Fails with `not_found` where the day is
/// not published.
Result<NewsOfDay> news_of_day(Store& store, Day day, NewsOf what,
                              const std::vector<std::string>& properties, TimeZone zone,
                              const Cores& cores);

/// Why an account stands where it stands on a published day, in a line: what its last move rests
/// on, or where it did not move within 30 days, its last week. Empty where nothing can be said.
std::string reason_on(Store& store, const std::string& account, AccountNumber number, Day day,
                      const Definition& definition);

}  // namespace tidemark
