#include "deliver/carrier.h"

#include <thread>

#include <fmt/format.h>

#include "deliver/active_campaign_carrier.h"
#include "deliver/braze_carrier.h"
#include "deliver/files_carrier.h"
#include "deliver/http_carrier.h"
#include "deliver/kinds.h"
#include "deliver/mail_carrier.h"
#include "deliver/postgresql_carrier.h"
#include "deliver/salesforce_carrier.h"

namespace tidemark {

bool sleep_for(std::chrono::milliseconds wait) {
  std::this_thread::sleep_for(wait);
  return true;
}

std::unique_ptr<Carrier> carrier_for(DestinationKind kind, Outside outside) {
  switch (kind) {
    case DestinationKind::salesforce:
      return std::make_unique<SalesforceCarrier>(std::move(outside.send), std::move(outside.pause));
    case DestinationKind::email:
      return std::make_unique<MailCarrier>();
    case DestinationKind::postgresql:
      return std::make_unique<PostgresqlCarrier>();
    case DestinationKind::braze:
      return std::make_unique<BrazeCarrier>(std::move(outside.send), std::move(outside.members));
    case DestinationKind::active_campaign:
      return std::make_unique<ActiveCampaignCarrier>(std::move(outside.send),
                                                     std::move(outside.pause));
    case DestinationKind::files:
      return std::make_unique<FilesCarrier>(std::move(outside.folder),
                                            std::move(outside.standings));
    default:
      return std::make_unique<HttpCarrier>(std::move(outside.send));
  }
}

Result<Holdings> Carrier::held(const Destination& destination, const OpenSecrets&,
                               const std::vector<std::string>&, const Clock&) {
  return Error{ErrorKind::invalid_input,
               fmt::format("{} does not say what it holds", kind_of(destination.kind).name)};
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string held_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

std::map<std::string, std::string> held_fields(const Destination& destination, const Json& record) {
  std::map<std::string, std::string> fields;
  for (const FilledField& field : destination.fields) {
    fields[field.field] = held_text(record.value(field.field, Json()));
  }
  return fields;
}

Carried unanswered(const Shipment& shipment, const Error& why) {
  Carried carried;
  carried.no_answer = why;
  if (why.kind == ErrorKind::invalid_input) {
    carried.verdict = {Fate::pause, {}, {}, why.message};
  } else {
    carried.verdict = judge({shipment.destination.kind, nullptr, why.message, shipment.before,
                             shipment.deliveries.size(), shipment.jitter, shipment.clock.now()});
  }
  return carried;
}

void mask(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  constexpr std::string_view kMask = "***";
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), kMask);
    at += kMask.size();
  }
}

}  // namespace tidemark
