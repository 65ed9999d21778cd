#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <simdjson.h>

#include "collect/delivery.h"

namespace tidemark {

/// The words that dialects use to read JSON. Views are valid while the document is.
using JsonValue = simdjson::dom::element;
using JsonObject = simdjson::dom::object;
using JsonArray = simdjson::dom::array;

/// A member of an object; none where it is not there or null.
std::optional<JsonValue> member(const JsonObject& object, std::string_view key);
std::optional<JsonObject> object_member(const JsonObject& object, std::string_view key);
std::optional<JsonArray> array_member(const JsonObject& object, std::string_view key);

/// A text; empty where it is none.
std::string_view text_member(const JsonObject& object, std::string_view key);

/// An id: a text, or a number as it is written. `into` holds the number's digits.
std::string_view id_of(const JsonValue& value, std::string& into);
std::string_view id_member(const JsonObject& object, std::string_view key, std::string& into);

std::optional<JsonObject> as_object(const JsonValue& value);

/// The value as it was sent, without spaces.
std::string json_text(const JsonValue& value);
std::string json_text(const JsonObject& object);
/// Without what is no property of the event but the sender's key, or said of the user.
std::string properties_text(const JsonObject& properties);

/// An instant: a text, or a number of seconds, milli-, micro- or nanoseconds since 1970, told apart
/// by its size; whole or not. None for null; the reason where it cannot be read.
std::variant<std::optional<Instant>, RejectReason> instant_of(const JsonValue& value);

/// A member that is an instant; none where it is absent or cannot be read.
std::optional<Instant> readable_instant(const JsonObject& object, std::string_view key);

/// Puts right and gives back the instant of a member of the message, or of an object within it:
/// when the request came, where it is absent. Refuses the message where it cannot be read, and one
/// of an archive without any.
std::optional<Instant> instant_member(const JsonObject& object, std::string_view key,
                                      const JsonObject& message, Delivery& delivery);

/// Calls `visit(JsonObject)` for each message of a list, or for the one there is; what is no object
/// is refused.
template <class Visit>
void for_each_message(const JsonValue& messages, Delivery& delivery, const Visit& visit) {
  const auto visit_one = [&](const JsonValue& one) {
    if (const auto message = as_object(one)) {
      visit(*message);
    } else {
      delivery.refuse(RejectReason::malformed_json, "", "", json_text(one));
    }
  };
  JsonArray list;
  if (messages.get(list) == simdjson::SUCCESS) {
    for (const JsonValue& one : list) visit_one(one);
  } else {
    visit_one(messages);
  }
}

/// Adds the event, or refuses its message.
void add_event(const JsonObject& message, const Who& who, std::string_view name,
               std::string_view properties, Instant at, std::string_view message_id,
               Delivery& delivery);

/// The one group that is an account: the only one, else that of a usual name (`company`, `account`,
/// `organization` …). The group's value may be a list; its first counts.
std::string_view account_among(const JsonObject& groups, std::string& into);

/// Whether a group, or a property, of this name is by its name an account.
bool is_account_name(std::string_view name);

/// Each member as a trait. `createdAt` becomes `created_at`, the name scoring knows.
void traits_of_user(const JsonObject& traits, std::string_view id, Instant at, Delivery& delivery);
void traits_of_account(const JsonObject& traits, std::string_view account, Instant at,
                       Delivery& delivery);

}  // namespace tidemark
