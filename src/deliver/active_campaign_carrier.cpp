#include "deliver/active_campaign_carrier.h"

#include <algorithm>

#include <fmt/format.h>

#include "deliver/kinds.h"
#include "deliver/letter.h"

namespace tidemark {
namespace {

constexpr std::string_view kName = "name";  // the field that is no custom one
constexpr std::size_t kMostAnswerBytes = std::size_t{4} << 20;
constexpr int kNotFound = 404;

ClientRequest request_of(const Shipment& shipment, std::string method, std::string_view behind) {
  ClientRequest letter{.method = std::move(method),
                       .url = fmt::format("{}/api/3/{}", shipment.destination.url, behind),
                       .bearer = ""};
  letter.headers = {{"Api-Token", shipment.secrets.secret}, {"Accept", "application/json"}};
  letter.only_public = !shipment.destination.allows_private;
  letter.most_answer_bytes = kMostAnswerBytes;
  return letter;
}

std::string name_of(const Parcel& delivery) {
  const std::string name = Json::parse(delivery.body).value(std::string(kName), std::string());
  return name.empty() ? delivery.account : name;
}

/// The entries of a list in an answer.
Json entries(const Json& answer, const char* list) {
  Json found = answer.is_object() ? answer.value(list, Json::array()) : Json::array();
  return found.is_array() ? found : Json::array();
}

}  // namespace

std::variant<Json, Carried> ActiveCampaignCarrier::answer(const Shipment& shipment,
                                                          const ClientRequest& letter) {
  const auto reply = send_(letter);
  if (!reply) return unanswered(shipment, reply.error());
  status_ = reply->status;
  Verdict verdict = judge({shipment.destination.kind, &*reply, "", shipment.before,
                           shipment.deliveries.size(), shipment.jitter, shipment.clock.now()});
  if (verdict.fate != Fate::delivered) return Carried{std::move(verdict), {}, reply->status};
  return Json::parse(reply->body, nullptr, false);
}

std::optional<Carried> ActiveCampaignCarrier::for_each(
    const Shipment& shipment, const std::string& question, const char* list,
    const std::function<bool(const Json&)>& visit) {
  constexpr std::size_t kPage = 100;
  for (std::size_t offset = 0;; offset += kPage) {
    auto said = answer(
        shipment,
        request_of(shipment, "GET", fmt::format("{}limit={}&offset={}", question, kPage, offset)));
    if (auto* carried = std::get_if<Carried>(&said)) return std::move(*carried);
    const Json page = entries(std::get<Json>(said), list);
    if (!pause_(kind_of(shipment.destination.kind).pace)) {
      return unanswered(shipment, {ErrorKind::unavailable, "stopped"});
    }
    for (const Json& entry : page) {
      if (entry.is_object() && !visit(entry)) return std::nullopt;
    }
    if (page.size() < kPage) return std::nullopt;
  }
}

std::optional<Carried> ActiveCampaignCarrier::learn_fields(const Shipment& shipment) {
  std::string of = shipment.destination.url + '\n' + shipment.secrets.secret;
  for (const FilledField& field : shipment.destination.fields) of += '\n' + field.field;
  if (of == known_of_) return std::nullopt;
  known_of_.clear();
  fields_.clear();
  accounts_.clear();
  auto refused = for_each(shipment, "accountCustomFieldMeta?", "accountCustomFieldMeta",
                          [&](const Json& field) {
                            fields_.emplace(held_text(field.value("fieldLabel", Json())),
                                            held_text(field.value("id", Json())));
                            return true;
                          });
  if (refused) return refused;
  for (const FilledField& field : shipment.destination.fields) {
    if (field.field == kName || fields_.contains(field.field)) continue;
    return Carried{
        {Fate::pause,
         {},
         {},
         fmt::format("it has no account field {}; make it there, then resume", field.field)}};
  }
  known_of_ = std::move(of);
  return std::nullopt;
}

std::variant<std::string, Carried> ActiveCampaignCarrier::number_of(const Shipment& shipment,
                                                                    const std::string& name) {
  if (const auto known = accounts_.find(name); known != accounts_.end()) return known->second;
  // It also finds those whose names merely hold it.
  auto refused = for_each(shipment, "accounts?search=" + form_text(name) + "&", "accounts",
                          [&](const Json& account) {
                            const bool is_it = held_text(account.value("name", Json())) == name;
                            if (is_it) accounts_[name] = held_text(account.value("id", Json()));
                            return !is_it;
                          });
  if (refused) return *std::move(refused);
  if (const auto known = accounts_.find(name); known != accounts_.end()) return known->second;
  return std::string();
}

Json ActiveCampaignCarrier::body_of(const Shipment& shipment, const std::string& name) const {
  const Json texts = Json::parse(shipment.deliveries.front().body);
  Json fields = Json::array();
  for (const FilledField& field : shipment.destination.fields) {
    if (field.field == kName || !texts.contains(field.field)) continue;
    const auto number = fields_.find(field.field);
    fields.push_back({{"customFieldId", number == fields_.end() ? field.field : number->second},
                      {"fieldValue", texts[field.field]}});
  }
  return {{"account", {{"name", name}, {"fields", std::move(fields)}}}};
}

Carried ActiveCampaignCarrier::carry(const Shipment& shipment) {
  if (auto refused = learn_fields(shipment)) return *std::move(refused);
  const std::string name = name_of(shipment.deliveries.front());
  auto found = number_of(shipment, name);
  if (auto* carried = std::get_if<Carried>(&found)) return std::move(*carried);
  const auto& number = std::get<std::string>(found);
  ClientRequest letter = number.empty()
                             ? request_of(shipment, "POST", "accounts")
                             : request_of(shipment, "PUT", "accounts/" + form_text(number));
  letter.body = body_of(shipment, name).dump();
  auto said = answer(shipment, letter);
  if (auto* carried = std::get_if<Carried>(&said)) {
    if (carried->status == kNotFound && !number.empty()) {  // it was removed there meanwhile
      accounts_.erase(name);
      return unanswered(shipment, {ErrorKind::unavailable, "the account is no longer there"});
    }
    return std::move(*carried);
  }
  const auto& made = std::get<Json>(said);
  const Json account = made.is_object() ? made.value("account", Json()) : Json();
  if (account.is_object()) accounts_[name] = held_text(account.value("id", Json()));
  return {.verdict = {Fate::delivered, {}, {}, {}}, .status = status_};
}

std::string ActiveCampaignCarrier::words(const Shipment& shipment) {
  ClientRequest letter = request_of(shipment, "PUT", "accounts/(its number there)");
  letter.headers.clear();
  letter.body = body_of(shipment, name_of(shipment.deliveries.front())).dump();
  return letter_words(letter, shipment.secrets);
}

}  // namespace tidemark
