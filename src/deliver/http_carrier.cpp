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

Result<Holdings> HttpCarrier::held(const Destination& destination, const OpenSecrets& secrets,
                                   const std::vector<std::string>& accounts, const Clock& clock) {
  switch (destination.kind) {
    case DestinationKind::hubspot:
      return held_by_hubspot(destination, secrets, accounts);
    case DestinationKind::intercom:
      return held_by_intercom(destination, secrets, accounts);
    default:
      return Carrier::held(destination, secrets, accounts, clock);
  }
}

Result<Holdings> HttpCarrier::held_by_hubspot(const Destination& destination,
                                              const OpenSecrets& secrets,
                                              const std::vector<std::string>& accounts) {
  const auto reply = send_(reading_letter_of(destination, secrets, accounts));
  if (!reply) return reply.error();
  constexpr int kInPart = 207;  // it does not know some
  if (reply->status != 200 && reply->status != kInPart) return refused_reading(*reply);
  const Json answer = Json::parse(reply->body, nullptr, false);
  const auto results = answer.is_object() ? answer.find("results") : answer.end();
  if (!answer.is_object() || results == answer.end() || !results->is_array()) {
    return Error{ErrorKind::unavailable, "the answer is none of HubSpot"};
  }
  Holdings holdings;
  for (const Json& company : *results) {
    const Json properties = company.is_object() ? company.value("properties", Json()) : Json();
    if (!properties.is_object()) continue;
    holdings[held_text(properties.value(destination.id_field, Json()))] =
        held_fields(destination, properties);
  }
  return holdings;
}

Result<Holdings> HttpCarrier::held_by_intercom(const Destination& destination,
                                               const OpenSecrets& secrets,
                                               const std::vector<std::string>& accounts) {
  Holdings holdings;
  for (const std::string& account : accounts) {
    const auto reply = send_(company_question_of(destination, secrets, account));
    if (!reply) return reply.error();
    if (reply->status == 404) continue;  // it does not know it
    if (reply->status != 200) return refused_reading(*reply);
    const Json company = Json::parse(reply->body, nullptr, false);
    if (!company.is_object()) {
      return Error{ErrorKind::unavailable, "the answer is none of Intercom"};
    }
    const Json attributes = company.value("custom_attributes", Json::object());
    holdings[account] =
        held_fields(destination, attributes.is_object() ? attributes : Json::object());
  }
  return holdings;
}

std::string HttpCarrier::words(const Shipment& shipment) {
  const ClientRequest letter =
      letter_of(shipment.destination, shipment.secrets, shipment.deliveries, shipment.clock.now());
  return letter_words(letter, shipment.secrets);
}

}  // namespace tidemark
