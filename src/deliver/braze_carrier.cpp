#include "deliver/braze_carrier.h"

#include <algorithm>
#include <span>

#include "deliver/letter.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostUsers = 75;  // of a request, attributes and events together
constexpr std::size_t kMostAnswerBytes = std::size_t{1} << 20;

template <class Attributes>
ClientRequest letter_of(const Shipment& shipment, std::span<const Attributes> users) {
  ClientRequest letter{.method = "POST",
                       .url = shipment.destination.url + "/users/track",
                       .bearer = shipment.secrets.secret};
  letter.only_public = !shipment.destination.allows_private;
  letter.most_answer_bytes = kMostAnswerBytes;
  Json attributes = Json::array();
  for (const Attributes& user : users) attributes.push_back(user.attributes);
  letter.body = Json{{"attributes", std::move(attributes)}}.dump();
  return letter;
}

/// Notes which users of a request were refused, each under its account.
template <class Attributes>
void note(const HttpReply& reply, std::span<const Attributes> users,
          std::vector<Declined>& refusals, std::vector<std::size_t>& refused) {
  const Json answer = Json::parse(reply.body, nullptr, false);
  const Json errors = answer.is_object() ? answer.value("errors", Json::array()) : Json::array();
  for (const Json& error : errors) {
    if (!error.is_object()) continue;
    const Json index = error.value("index", Json());
    if (!index.is_number_unsigned() || index.get<std::size_t>() >= users.size()) continue;
    const Attributes& user = users[index.get<std::size_t>()];
    ++refused[user.place];
    refusals[user.place].problem = held_text(user.attributes["external_id"]) + ": " +
                                   held_text(error.value("type", Json("refused")));
  }
}

}  // namespace

Result<std::vector<BrazeCarrier::Attributes>> BrazeCarrier::attributes_of(
    const Shipment& shipment) const {
  std::vector<Attributes> all;
  for (std::size_t place = 0; place < shipment.deliveries.size(); ++place) {
    const Parcel& delivery = shipment.deliveries[place];
    const auto members = members_ ? members_(delivery.account, delivery.day)
                                  : Result<std::vector<std::string>>({delivery.account});
    if (!members) return members.error();
    const Json fields = typed_fields(shipment.destination, delivery);
    for (const std::string& member : *members) {
      Json attributes = {{"external_id", member}, {"_update_existing_only", true}};
      attributes.update(fields);
      all.push_back({place, std::move(attributes)});
    }
  }
  return all;
}

Carried BrazeCarrier::carry(const Shipment& shipment) {
  const auto users = attributes_of(shipment);
  if (!users) return unanswered(shipment, users.error());
  Carried carried{.verdict = {Fate::delivered, {}, {}, {}}};
  carried.refusals.resize(shipment.deliveries.size());
  std::vector<std::size_t> refused(shipment.deliveries.size());
  for (std::size_t begin = 0; begin < users->size(); begin += kMostUsers) {
    const auto together =
        std::span(*users).subspan(begin, std::min(kMostUsers, users->size() - begin));
    const auto reply = send_(letter_of<Attributes>(shipment, together));
    if (!reply) return unanswered(shipment, reply.error());
    carried.status = reply->status;
    carried.verdict = judge({shipment.destination.kind, &*reply, "", shipment.before,
                             shipment.deliveries.size(), shipment.jitter, shipment.clock.now()});
    // What was taken before is told once more with the rest.
    if (carried.verdict.fate != Fate::delivered) {
      carried.refusals.clear();
      return carried;
    }
    note<Attributes>(*reply, together, carried.refusals, refused);
  }
  // One whose id it does not take keeps an account from nobody else.
  std::vector<std::size_t> all(shipment.deliveries.size());
  for (const auto& user : *users) ++all[user.place];
  for (std::size_t place = 0; place < all.size(); ++place) {
    if (refused[place] < all[place]) carried.refusals[place] = {};
  }
  return carried;
}

std::string BrazeCarrier::words(const Shipment& shipment) {
  const auto users = attributes_of(shipment);
  if (!users) return users.error().message;
  return letter_words(letter_of<Attributes>(shipment, *users), shipment.secrets);
}

}  // namespace tidemark
