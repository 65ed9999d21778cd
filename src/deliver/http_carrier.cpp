#include "deliver/http_carrier.h"

#include "deliver/letter.h"

namespace tidemark {

Carried HttpCarrier::carry(const Shipment& shipment) {
  const auto& [destination, secrets, deliveries, before, jitter, clock] = shipment;
  const auto reply = send_(letter_of(destination, secrets, deliveries, clock.now()));
  if (!reply) return unanswered(shipment, reply.error());
  Carried carried;
  carried.status = reply->status;
  carried.verdict =
      judge({destination.kind, &*reply, "", before, deliveries.size(), jitter, clock.now()});
  if (carried.verdict.fate == Fate::delivered) {
    for (std::string& problem : refusals_in(destination.kind, *reply, deliveries.size())) {
      carried.refusals.push_back({std::move(problem)});
    }
  }
  return carried;
}

std::string HttpCarrier::words(const Shipment& shipment) {
  const ClientRequest letter =
      letter_of(shipment.destination, shipment.secrets, shipment.deliveries, shipment.clock.now());
  return letter_words(letter, shipment.secrets);
}

}  // namespace tidemark
