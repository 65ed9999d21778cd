#pragma once

#include <string>
#include <vector>

#include "deliver/verdict.h"
#include "net/http_client.h"

namespace tidemark {

/// The secrets of a destination, as they are.
struct OpenSecrets {
  std::string secret;
  std::string previous;  // empty: none
};

/// The request that carries these deliveries to their destination.
ClientRequest letter_of(const Destination& destination, const OpenSecrets& secrets,
                        const std::vector<Parcel>& deliveries, Instant at);

/// The same as people may see it: without what is secret.
std::string letter_words(const ClientRequest& letter, const OpenSecrets& secrets);

/// What of an answer that took the whole was refused all the same, by place among the deliveries:
/// the other end's words; empty: it was taken.
std::vector<std::string> refusals_in(DestinationKind kind, const HttpReply& reply,
                                     std::size_t deliveries);

}  // namespace tidemark
