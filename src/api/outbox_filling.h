#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/time_zone.h"
#include "deliver/carrier.h"
#include "model/destination.h"
#include "store/sqlite/outbox.h"
#include "store/store.h"

namespace tidemark {

/// Published days that are still worth acting on. Older days are history: they cause no deliveries
/// and no plays.
inline constexpr int kRecentDays = 7;

/// What was published since a destination was filled last, as deliveries.
struct Filling {
  Destination destination;  // as it was told by then
  Day until;
  std::vector<Parcel> deliveries;
  std::vector<std::string> unchanged;  // accounts that wait in vain, or are no longer told of
  std::vector<std::string> left = {};  // of these, those that were told of
};

/// The accounts of which nothing is told to anybody.
Result<std::set<std::string>> silenced_accounts(Outbox& outbox);

/// What is missing in the outbox of the published days, by destination: of level changes and
/// digests the days published after the destination was created, of account levels the last day,
/// of files the last day at creation and all since. A digest covers the last day alone. A day that
/// is recomputed was delivered before, and is not again.
Result<std::vector<Filling>> missing_deliveries(Store& store, Outbox& outbox, TimeZone zone);

/// Where the accounts of a destination's audience stand on a published day, but those that are
/// silenced; read when it is asked for.
StandingsOn standings_in(Store& store, Outbox& outbox, TimeZone zone);

/// The users of accounts who did anything within 90 days before a day.
MembersOf members_in(Store& store);

/// Puts it in. After a crash between the two it is found missing again, under the same ids.
Result<void> fill(Outbox& outbox, const std::vector<Filling>& fillings, Instant now);

}  // namespace tidemark
