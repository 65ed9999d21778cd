#include "collect/event_decoder.h"

#include <simdjson.h>

#include "collect/message_id.h"
#include "model/earliest_event.h"
#include "model/meaningless_id.h"
#include "wire/json_text.h"
#include "wire/timestamp.h"

namespace tidemark {
Reject reject_of(const Record& record, RejectReason reason) {
  return {record.line, "", "", reason, shortened(record.text)};
}

Reject reject_of(const Record& record, RejectReason reason, Field field) {
  return {record.line, std::string(field_name(field)), shortened(record.field(field)), reason,
          shortened(record.text)};
}

std::string_view members_of(std::string_view object) {
  object.remove_prefix(object.find('{') + 1);
  object.remove_suffix(object.size() - object.rfind('}'));
  return object.find_first_not_of(" \t\r\n") == std::string_view::npos ? std::string_view()
                                                                       : object;
}

std::optional<Reject> encoding_reject(const Record& record) {
  if (!simdjson::validate_utf8(record.text.data(), record.text.size())) {
    return reject_of(record, RejectReason::not_utf8);
  }
  for (const std::string_view field : record.fields) {
    if (field.find('\0') != std::string_view::npos) {
      return reject_of(record, RejectReason::contains_nul);
    }
  }
  return std::nullopt;
}

std::optional<Reject> EventDecoder::decode(const Record& record, EventBatch& events) {
  if (auto reject = encoding_reject(record)) return reject;
  const std::string_view account = record.field(Field::account);
  const std::string_view user = record.field(Field::user);
  const bool follows_from_user =
      account.empty() &&
      (domains_.note(user) || identity_.account_of(kNoAccount, user, {}, Instant{}) != kNoAccount);
  if (account.empty() && !follows_from_user) {
    return reject_of(record, RejectReason::missing_account);
  }
  if (is_meaningless_id(account) && !follows_from_user) {
    return reject_of(record, RejectReason::meaningless_account, Field::account);
  }
  const std::string_view event = record.field(Field::event);
  if (event.empty()) return reject_of(record, RejectReason::missing_event);

  const auto time = parse_timestamp(record.field(Field::time));
  if (const auto* reason = std::get_if<RejectReason>(&time)) {
    return reject_of(record, *reason, Field::time);
  }
  const Instant at = std::get<Instant>(time);
  if (at < kEarliestEvent) return reject_of(record, RejectReason::before_1990, Field::time);
  if (at > latest_) return reject_of(record, RejectReason::in_the_future, Field::time);

  const std::string_view properties = record.field(Field::properties);
  if (!properties.empty() && !is_json_object(properties)) {
    return reject_of(record, RejectReason::malformed_properties, Field::properties);
  }
  if (!event_names_.knows(event) && event_names_.size() == kMostSignals) {
    return reject_of(record, RejectReason::too_many_event_names, Field::event);
  }

  // From here on it is an event.
  const auto received = parse_timestamp(record.field(Field::received_at));
  const auto* received_at = std::get_if<Instant>(&received);
  const std::string_view message = record.field(Field::message_id);
  std::string_view all_properties = properties;
  if (!record.other_members.empty()) {
    const std::string_view members = properties.empty() ? properties : members_of(properties);
    properties_.assign("{").append(members);
    if (!members.empty()) properties_ += ',';
    properties_.append(record.other_members).append("}");
    all_properties = properties_;
  }
  events.add({.account = follows_from_user
                             ? kNoAccount
                             : static_cast<AccountNumber>(accounts_.number_of(account)),
              .at = at,
              .name = static_cast<SignalNumber>(event_names_.number_of(event)),
              .user = is_meaningless_id(user) ? std::string_view() : user,
              .properties = all_properties,
              .received_at = received_at != nullptr ? std::optional(*received_at) : std::nullopt,
              .message = message.empty() ? Wide{0} : message_hash(message)});
  return std::nullopt;
}

}  // namespace tidemark
