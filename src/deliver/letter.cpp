#include "deliver/letter.h"

#include <charconv>

#include <fmt/format.h>

#include "deliver/field_value.h"
#include "deliver/webhook_signature.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr const char* kAccountsOfCustomerIo = "1";  // the type of object there is first
constexpr std::size_t kMostAnswerBytes = std::size_t{4} << 20;
constexpr const char* kBatchRead = "/crm/objects/2026-03/companies/batch/read";
constexpr const char* kIntercomVersion = "2.16";
constexpr const char* kUpsert = "/crm/objects/2026-03/companies/batch/upsert";

std::optional<std::size_t> place_in(const Json& text, std::size_t deliveries) {
  if (!text.is_string()) return std::nullopt;
  const auto& digits = text.get_ref<const std::string&>();
  std::size_t place = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), place);
  if (problem != std::errc() || end != digits.data() + digits.size() || place >= deliveries) {
    return std::nullopt;
  }
  return place;
}

/// Of Customer.io: which words an entry of a batch was refused by.
std::vector<std::string> refusals_by_place(const Json& answer, std::size_t deliveries) {
  std::vector<std::string> refusals(deliveries);
  for (const Json& error : answer.value("errors", Json::array())) {
    if (!error.is_object()) continue;
    const Json place = error.value("batch_index", Json());
    if (!place.is_number_unsigned() || place.get<std::size_t>() >= deliveries) continue;
    const Json words = error.value("message", error.value("reason", Json("refused")));
    refusals[place.get<std::size_t>()] =
        words.is_string() ? words.get<std::string>() : words.dump();
  }
  return refusals;
}

}  // namespace

Json typed_fields(const Destination& destination, const Parcel& delivery) {
  const Json texts = Json::parse(delivery.body);
  Json typed = Json::object();
  for (const FilledField& field : destination.fields) {
    const auto found = texts.find(field.field);
    if (found == texts.end()) continue;
    const auto& text = found->get_ref<const std::string&>();
    const auto value = FieldValue::parse(field.value);
    const auto number = value && value->is_number() ? number_in(text) : std::nullopt;
    if (text.empty()) {
      typed[field.field] = nullptr;
    } else if (number) {
      typed[field.field] = *number;
    } else {
      typed[field.field] = text;
    }
  }
  return typed;
}

ClientRequest letter_of(const Destination& destination, const OpenSecrets& secrets,
                        const std::vector<Parcel>& deliveries, Instant at) {
  ClientRequest letter{.method = "POST", .url = destination.url, .bearer = ""};
  letter.only_public = !destination.allows_private;
  letter.most_answer_bytes = kMostAnswerBytes;
  switch (destination.kind) {
    case DestinationKind::webhook: {
      const Parcel& delivery = deliveries.front();
      const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
      letter.body = delivery.body;
      letter.headers = {{"webhook-id", delivery.id},
                        {"webhook-timestamp", std::to_string(seconds)},
                        {"webhook-signature", webhook_signature(secrets.secret, secrets.previous,
                                                                delivery.id, at, delivery.body)}};
      break;
    }
    case DestinationKind::slack:
      letter.url = secrets.secret;
      letter.body = deliveries.front().body;
      break;
    case DestinationKind::hubspot: {
      letter.url += kUpsert;
      letter.bearer = secrets.secret;
      Json inputs = Json::array();
      for (std::size_t place = 0; place < deliveries.size(); ++place) {
        inputs.push_back({{"idProperty", destination.id_field},
                          {"id", deliveries[place].account},
                          {"objectWriteTraceId", std::to_string(place)},
                          {"properties", Json::parse(deliveries[place].body)}});
      }
      letter.body = Json{{"inputs", std::move(inputs)}}.dump();
      break;
    }
    case DestinationKind::customer_io: {
      letter.url += "/api/v2/batch";
      letter.basic = secrets.secret;
      Json batch = Json::array();
      for (const Parcel& delivery : deliveries) {
        batch.push_back(
            {{"type", "object"},
             {"action", "identify"},
             {"identifiers",
              {{"object_type_id", kAccountsOfCustomerIo}, {"object_id", delivery.account}}},
             {"attributes", typed_fields(destination, delivery)}});
      }
      letter.body = Json{{"batch", std::move(batch)}}.dump();
      break;
    }
    case DestinationKind::intercom: {
      const Parcel& delivery = deliveries.front();
      letter.url += "/companies";
      letter.bearer = secrets.secret;
      letter.headers = {{"Intercom-Version", kIntercomVersion}, {"Accept", "application/json"}};
      letter.body = Json{{"company_id", delivery.account},
                         {"custom_attributes", typed_fields(destination, delivery)}}
                        .dump();
      break;
    }
    case DestinationKind::segment: {
      letter.url += "/v1/batch";
      letter.basic = secrets.secret + ":";
      Json batch = Json::array();
      for (const Parcel& delivery : deliveries) {
        batch.push_back({{"type", "group"},
                         {"messageId", delivery.id},
                         {"anonymousId", "tidemark"},
                         {"groupId", delivery.account},
                         {"traits", typed_fields(destination, delivery)}});
      }
      letter.body = Json{{"batch", std::move(batch)}}.dump();
      break;
    }
    case DestinationKind::salesforce:
    case DestinationKind::email:
    case DestinationKind::postgresql:
    case DestinationKind::braze:
    case DestinationKind::active_campaign:
    case DestinationKind::files:
      CHECK(false);  // they have carriers of their own
  }
  return letter;
}

ClientRequest company_question_of(const Destination& destination, const OpenSecrets& secrets,
                                  const std::string& account) {
  ClientRequest letter{.url = destination.url, .bearer = secrets.secret};
  letter.url += "/companies?company_id=" + form_text(account);
  letter.headers = {{"Intercom-Version", kIntercomVersion}, {"Accept", "application/json"}};
  letter.only_public = !destination.allows_private;
  letter.most_answer_bytes = kMostAnswerBytes;
  return letter;
}

ClientRequest reading_letter_of(const Destination& destination, const OpenSecrets& secrets,
                                const std::vector<std::string>& accounts) {
  ClientRequest letter{
      .method = "POST", .url = destination.url + kBatchRead, .bearer = secrets.secret};
  letter.only_public = !destination.allows_private;
  letter.most_answer_bytes = kMostAnswerBytes;
  Json inputs = Json::array();
  for (const std::string& account : accounts) inputs.push_back({{"id", account}});
  Json properties = Json::array({destination.id_field});
  for (const FilledField& field : destination.fields) properties.push_back(field.field);
  letter.body = Json{{"idProperty", destination.id_field},
                     {"inputs", std::move(inputs)},
                     {"properties", std::move(properties)},
                     {"propertiesWithHistory", Json::array()}}
                    .dump();
  return letter;
}

std::string letter_words(const ClientRequest& letter, const OpenSecrets& secrets) {
  std::string text = fmt::format("{} {}\n", letter.method, letter.url);
  if (!letter.bearer.empty()) text += "authorization: Bearer ***\n";
  if (!letter.basic.empty()) text += "authorization: Basic ***\n";
  for (const auto& [name, value] : letter.headers) text += fmt::format("{}: {}\n", name, value);
  text += "\n" + letter.body;
  mask(text, secrets.secret);
  mask(text, secrets.previous);
  return text;
}

std::vector<std::string> refusals_in(DestinationKind kind, const HttpReply& reply,
                                     std::size_t deliveries) {
  std::vector<std::string> refusals(deliveries);
  constexpr int kInPart = 207;
  if (reply.status != kInPart) return refusals;
  const Json answer = Json::parse(reply.body, nullptr, false);
  const auto errors = answer.is_object() ? answer.find("errors") : answer.end();
  if (!answer.is_object() || errors == answer.end() || !errors->is_array()) return refusals;
  if (kind == DestinationKind::customer_io) return refusals_by_place(answer, deliveries);
  if (kind != DestinationKind::hubspot) return refusals;
  for (const Json& error : *errors) {
    if (!error.is_object()) continue;
    const std::string words = error.contains("message") && error["message"].is_string()
                                  ? error["message"].get<std::string>()
                                  : error.dump();
    // Which ones: by the trace they were sent with, directly or within the context.
    Json traces = error.value("context", Json::object());
    traces = traces.is_object() ? traces.value("objectWriteTraceId", Json::array()) : Json::array();
    if (!traces.is_array()) traces = Json::array({traces});
    if (error.contains("objectWriteTraceId")) traces.push_back(error["objectWriteTraceId"]);
    for (const Json& trace : traces) {
      if (const auto place = place_in(trace, deliveries)) refusals[*place] = words;
    }
  }
  return refusals;
}

}  // namespace tidemark
