#include <fmt/format.h>

#include "collect/dialects/dialect.h"
#include "collect/dialects/document.h"
#include "model/meaningless_id.h"
#include "wire/json_text.h"

namespace tidemark {
namespace {

/// Of the context only its true flags are kept: what exclusions ask for.
std::string with_flags(std::string properties, const std::optional<JsonObject>& context) {
  if (!context) return properties;
  std::string flags;
  for (const auto& [key, value] : *context) {
    bool is_set = false;
    if (value.get(is_set) != simdjson::SUCCESS || !is_set) continue;
    if (!flags.empty()) flags += ',';
    append_json_text(flags, key);
    flags += ":true";
  }
  if (flags.empty()) return properties;
  const bool is_empty = properties == "{}";
  properties.pop_back();
  return fmt::format("{}{}\"context\":{{{}}}}}", properties, is_empty ? "" : ",", flags);
}

class Segment final : public Dialect {
 public:
  explicit Segment(std::size_t most_nesting) : document_(most_nesting) {}

  Result<void> read(const Call& call, Delivery& delivery) override {
    const auto document = document_.read(call.body);
    if (!document) return document.error();
    const auto whole = as_object(*document);
    if (!whole) return Error{ErrorKind::invalid_input, "the body is no JSON object"};
    delivery.key = text_member(*whole, "writeKey");
    const auto batch = member(*whole, "batch");
    if (!batch || !batch->is_array()) {
      if (call.route == "batch") {
        return Error{ErrorKind::invalid_input, "the body has no \"batch\""};
      }
      read_message(*whole, {}, call.route == "message" ? "" : call.route, delivery);
      return {};
    }
    const auto sent_at = readable_instant(*whole, "sentAt");
    const auto context = object_member(*whole, "context");
    for_each_message(*batch, delivery, [&](const JsonObject& message) {
      read_message(message, sent_at, "", delivery, context);
    });
    return {};
  }

 private:
  static void read_message(const JsonObject& message, std::optional<Instant> sent_at,
                           std::string_view route, Delivery& delivery,
                           const std::optional<JsonObject>& shared_context = {}) {
    // An archive says what it received when, already put right; a client says when it sent.
    const auto archived_at = readable_instant(message, "receivedAt");
    delivery.archived_at(archived_at);
    if (member(message, "sentAt")) sent_at = readable_instant(message, "sentAt");
    delivery.sent_at(archived_at ? std::nullopt : sent_at);
    const char* const time = member(message, "timestamp") ? "timestamp" : "originalTimestamp";
    const auto at = instant_member(message, time, message, delivery);
    if (!at) return;

    auto context = object_member(message, "context");
    if (!context) context = shared_context;
    std::string user_digits;
    std::string visitor_digits;
    std::string account_digits;
    Who who;
    who.user = id_member(message, "userId", user_digits);
    who.visitor = id_member(message, "anonymousId", visitor_digits);
    if (context) who.account = id_member(*context, "groupId", account_digits);
    const std::string_view somebody = is_meaningless_id(who.user) ? who.visitor : who.user;

    std::string_view type = text_member(message, "type");
    if (type.empty()) type = route;
    if (type == "track" || type == "page" || type == "screen") {
      std::string name(text_member(message, type == "track" ? "event" : "name"));
      if (type == "page") name = name.empty() ? "Viewed Page" : "Viewed " + name;
      if (type == "screen") name = name.empty() ? "Viewed Screen" : "Viewed " + name;
      const auto properties = object_member(message, "properties");
      add_event(message, who, name,
                with_flags(properties ? json_text(*properties) : std::string("{}"), context), *at,
                text_member(message, "messageId"), delivery);
    } else if (type == "identify") {
      delivery.is_same(who.visitor, who.user, *at);
      if (!who.account.empty()) delivery.belongs(somebody, who.account, *at);
      if (const auto traits = object_member(message, "traits")) {
        traits_of_user(*traits, somebody, *at, delivery);
      }
    } else if (type == "group") {
      const std::string_view account = id_member(message, "groupId", account_digits);
      if (is_meaningless_id(account)) {
        delivery.refuse(RejectReason::missing_account, "groupId", account, json_text(message));
        return;
      }
      delivery.belongs(somebody, account, *at);
      if (const auto traits = object_member(message, "traits")) {
        traits_of_account(*traits, account, *at, delivery);
      }
    } else if (type == "alias") {
      std::string previous_digits;
      delivery.is_same(id_member(message, "previousId", previous_digits), who.user, *at);
    } else {
      delivery.refuse(RejectReason::unknown_kind, "type", type, json_text(message));
    }
  }

  JsonDocument document_;
};

}  // namespace

std::unique_ptr<Dialect> segment_dialect(std::size_t most_nesting) {
  return std::make_unique<Segment>(most_nesting);
}

}  // namespace tidemark
