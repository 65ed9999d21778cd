#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/account_news.h"
#include "model/destination.h"
#include "model/play.h"

namespace tidemark {

/// Whether the account has the properties of those the destination is told of.
bool is_of_audience(const Destination& destination, const AccountNews& account);

/// Each move of the day as an event of a webhook: `account.level_changed`, with an id that is the
/// same whenever it is made.
std::vector<Parcel> moves_to_deliver(const NewsOfDay& news);

/// A digest of the day for people in a channel or by e-mail; none where nobody moved.
std::vector<Parcel> digest_to_deliver(DestinationKind kind, const NewsOfDay& news);

/// A file of where all accounts stand on the day; what is in it is read when it is written.
Parcel snapshot_to_deliver(Day day);

/// The accounts whose fields differ from what they were `told` last, as bodies; and those that wait
/// in vain, as they stand again as they were told.
struct Differences {
  std::vector<Parcel> deliveries;
  std::vector<std::string> unchanged;
};
Differences differences_to_deliver(const Destination& destination, const NewsOfDay& news,
                                   const std::map<std::string, std::string>& told);

/// An account for which a play is due, as an event `play.due` of a webhook, a message in a channel
/// or an e-mail; kinds that are told where accounts stand take none.
Parcel firing_to_deliver(const Destination& destination, const Play& play,
                         const PlayFiring& firing);

}  // namespace tidemark
