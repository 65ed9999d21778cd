#include "deliver/salesforce_carrier.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "deliver/letter.h"
#include "deliver/salesforce_job.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr int kUnauthorized = 401;
constexpr std::size_t kMostAnswerBytes = std::size_t{16} << 20;
constexpr std::size_t kMostInCollection = 200;

ClientRequest request_of(const Destination& destination, std::string_view instance) {
  ClientRequest request{.method = "POST", .url = std::string(instance), .bearer = ""};
  request.only_public = !destination.allows_private;
  request.most_answer_bytes = kMostAnswerBytes;
  return request;
}

/// Without the organisation and what lets in there.
ClientRequest records_letter(const Shipment& shipment) {
  const Destination& destination = shipment.destination;
  ClientRequest letter{.method = "PATCH", .url = {}, .bearer = ""};
  letter.url = fmt::format("/services/data/{}/composite/sobjects/Account/{}", kSalesforceVersion,
                           destination.id_field);
  Json records = Json::array();
  for (const Parcel& delivery : shipment.deliveries) {
    Json record = {{"attributes", {{"type", "Account"}}}, {destination.id_field, delivery.account}};
    record.update(typed_fields(destination, delivery));
    records.push_back(std::move(record));
  }
  letter.body = Json{{"allOrNone", false}, {"records", std::move(records)}}.dump();
  return letter;
}

/// A text of SOQL, which is quoted by backslashes.
std::string soql_text(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + "'";
}

bool is_alike_but_for_case(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

/// Of a record that was not taken: Salesforce's words, and whether it was only at a bad moment.
Declined refusal_of(const Json& result) {
  std::string words;
  for (const Json& error : result.value("errors", Json::array())) {
    if (!error.is_object()) continue;
    words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", text_at(error, "statusCode"),
                         text_at(error, "message"));
  }
  return declined_record(std::move(words));
}

std::optional<std::vector<Declined>> refusals_in(const HttpReply& reply, std::size_t deliveries) {
  const Json results = Json::parse(reply.body, nullptr, false);
  if (!results.is_array() || results.size() != deliveries) return std::nullopt;
  std::vector<Declined> refusals;
  for (const Json& result : results) {
    if (!result.is_object()) return std::nullopt;
    const bool is_taken = result.value("success", Json(false)) == Json(true);
    refusals.push_back(is_taken ? Declined{} : refusal_of(result));
  }
  return refusals;
}

Carried judged(const Shipment& shipment, const HttpReply& reply) {
  Carried carried;
  carried.status = reply.status;
  carried.verdict = judge({shipment.destination.kind, &reply, "", shipment.before,
                           shipment.deliveries.size(), shipment.jitter, shipment.clock.now()});
  return carried;
}

}  // namespace

std::optional<Carried> SalesforceCarrier::open(const Shipment& shipment) {
  const std::string& secret = shipment.secrets.secret;
  const std::string& url = shipment.destination.url;
  if (door_ && door_->secrets == secret && door_->url == url) return std::nullopt;
  door_.reset();
  const auto colon = secret.find(':');
  ClientRequest asking = request_of(shipment.destination, shipment.destination.url);
  asking.url += "/services/oauth2/token";
  asking.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  asking.body = fmt::format("grant_type=client_credentials&client_id={}&client_secret={}",
                            form_text(secret.substr(0, colon)),
                            form_text(colon == std::string::npos ? "" : secret.substr(colon + 1)));
  const auto reply = send_(asking);
  if (!reply) return unanswered(shipment, reply.error());
  const Json answer = Json::parse(reply->body, nullptr, false);
  if (reply->status == 200 && answer.is_object()) {
    Door door{url, secret, text_at(answer, "instance_url"), text_at(answer, "access_token")};
    // The token is not shown to whoever listens.
    const bool is_open = url.starts_with("https://") && !door.instance.starts_with("https://");
    if (!door.token.empty()) {
      if (door.instance.empty() || is_open) door.instance = url;
      door_ = std::move(door);
      return std::nullopt;
    }
  }
  // Not the whole answer: somebody between may give back what was sent, and that is secret.
  std::string problem = fmt::format("HTTP {}", reply->status);
  if (answer.is_object()) {
    problem +=
        fmt::format(": {} {}", text_at(answer, "error"), text_at(answer, "error_description"));
  }
  const std::string half = colon == std::string::npos ? "" : secret.substr(colon + 1);
  for (const std::string& hidden : {secret, half, form_text(half)}) mask(problem, hidden);
  Carried carried = judged(shipment, {reply->status, "", problem, reply->headers});
  if (carried.verdict.fate == Fate::retry) {
    carried.verdict.problem = problem;
  } else {  // invalid_client, invalid_grant: somebody has to look at it
    carried.verdict = {Fate::pause, {}, {}, "no token: " + problem};
  }
  return carried;
}

std::variant<HttpReply, Carried> SalesforceCarrier::answer(const Shipment& shipment,
                                                           ClientRequest letter) {
  const ClientRequest how = request_of(shipment.destination, "");
  const std::string behind = std::move(letter.url);
  letter.only_public = how.only_public;
  letter.most_answer_bytes = how.most_answer_bytes;
  for (int tries = 1;; ++tries) {
    if (auto refused = open(shipment)) return *std::move(refused);
    letter.url = door_->instance + behind;
    letter.bearer = door_->token;
    auto reply = send_(letter);
    if (!reply) return unanswered(shipment, reply.error());
    if (reply->status == kUnauthorized) door_.reset();  // the token has run out
    if (door_ || tries == 2) return *std::move(reply);
  }
}

Carried SalesforceCarrier::carry(const Shipment& shipment) {
  if (shipment.deliveries.size() > kMostInCollection) {
    return carry_by_job(
        shipment, [&](ClientRequest letter) { return answer(shipment, std::move(letter)); },
        pause_);
  }
  auto said = answer(shipment, records_letter(shipment));
  if (auto* carried = std::get_if<Carried>(&said)) return std::move(*carried);
  const auto* reply = std::get_if<HttpReply>(&said);
  Carried carried = judged(shipment, *reply);
  if (carried.verdict.fate != Fate::delivered) return carried;
  auto refusals = refusals_in(*reply, shipment.deliveries.size());
  if (!refusals) {
    return unanswered(shipment, {ErrorKind::unavailable, "the answer is none of Salesforce"});
  }
  carried.refusals = *std::move(refusals);
  return carried;
}

Result<Holdings> SalesforceCarrier::held(const Destination& destination, const OpenSecrets& secrets,
                                         const std::vector<std::string>& accounts,
                                         const Clock& clock) {
  const std::vector<Parcel> nothing;
  if (const auto refused = open({destination, secrets, nothing, 0, 0, clock})) {
    return refused->no_answer.value_or(Error{ErrorKind::unavailable, refused->verdict.problem});
  }
  std::string query = "SELECT " + destination.id_field;
  for (const FilledField& field : destination.fields) query += ", " + field.field;
  query += fmt::format(" FROM Account WHERE {} IN (", destination.id_field);
  for (std::size_t at = 0; at < accounts.size(); ++at) {
    query += (at > 0 ? "," : "") + soql_text(accounts[at]);
  }
  query += ")";
  ClientRequest letter = request_of(destination, door_->instance);
  letter.method = "GET";
  letter.url += fmt::format("/services/data/{}/query?q={}", kSalesforceVersion, form_text(query));
  letter.bearer = door_->token;
  const auto reply = send_(letter);
  if (!reply) return reply.error();
  if (reply->status == kUnauthorized) door_.reset();
  if (reply->status != 200) return refused_reading(*reply);
  const Json answer = Json::parse(reply->body, nullptr, false);
  const auto records = answer.is_object() ? answer.find("records") : answer.end();
  if (!answer.is_object() || records == answer.end() || !records->is_array()) {
    return Error{ErrorKind::unavailable, "the answer is none of Salesforce"};
  }
  Holdings holdings;
  for (const Json& record : *records) {
    if (!record.is_object()) continue;
    // It knows external ids whatever the case of their letters.
    const std::string id = held_text(record.value(destination.id_field, Json()));
    const auto asked = std::ranges::find_if(
        accounts, [&](const std::string& account) { return is_alike_but_for_case(account, id); });
    holdings[asked == accounts.end() ? id : *asked] = held_fields(destination, record);
  }
  return holdings;
}

std::string SalesforceCarrier::words(const Shipment& shipment) {
  ClientRequest letter = records_letter(shipment);
  letter.url = shipment.destination.url + letter.url;
  letter.bearer = shipment.secrets.secret;
  return letter_words(letter, shipment.secrets);
}

}  // namespace tidemark
