#pragma once

#include <string>
#include <vector>

#include "deliver/carrier.h"
#include "wire/json.h"

namespace tidemark {

/// The fields of a delivery with numbers as such; what there is nothing of is null. HubSpot alone
/// takes texts.
Json typed_fields(const Destination& destination, const Parcel& delivery);

/// The request that carries these deliveries to a destination that takes them by one.
ClientRequest letter_of(const Destination& destination, const OpenSecrets& secrets,
                        const std::vector<Parcel>& deliveries, Instant at);

/// The question what HubSpot holds of these accounts, a hundred at most.
ClientRequest reading_letter_of(const Destination& destination, const OpenSecrets& secrets,
                                const std::vector<std::string>& accounts);

/// The question what Intercom holds of one account.
ClientRequest company_question_of(const Destination& destination, const OpenSecrets& secrets,
                                  const std::string& account);

/// A letter as people may see it: without what is secret.
std::string letter_words(const ClientRequest& letter, const OpenSecrets& secrets);

/// What of an answer that took the whole was refused all the same, by place among the deliveries:
/// the other end's words; empty: it was taken.
std::vector<std::string> refusals_in(DestinationKind kind, const HttpReply& reply,
                                     std::size_t deliveries);

}  // namespace tidemark
