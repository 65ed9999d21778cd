#include <fmt/format.h>

#include "collect/dialects/dialect.h"
#include "collect/dialects/document.h"

namespace tidemark {
namespace {

class Amplitude final : public Dialect {
 public:
  explicit Amplitude(std::size_t most_nesting) : document_(most_nesting) {}

  Result<void> read(const Call& call, Delivery& delivery) override {
    const auto document = document_.read(call.body);
    if (!document) return document.error();
    const auto whole = as_object(*document);
    if (!whole) return Error{ErrorKind::invalid_input, "the body is no JSON object"};
    delivery.key = text_member(*whole, "api_key");
    delivery.sent_at(readable_instant(*whole, "client_upload_time"));
    const auto events = member(*whole, "events");
    if (events && events->is_array()) {
      for_each_message(*events, delivery,
                       [&](const JsonObject& event) { read_event(event, delivery); });
      return {};
    }
    if (call.route != "message") {
      return Error{ErrorKind::invalid_input, "the body has no \"events\""};
    }
    read_event(*whole, delivery);
    return {};
  }

 private:
  static void read_event(const JsonObject& event, Delivery& delivery) {
    delivery.archived_at(readable_instant(event, "server_received_time"));
    // Live events have `time`, exported ones `event_time`.
    const auto at =
        instant_member(event, member(event, "time") ? "time" : "event_time", event, delivery);
    if (!at) return;
    std::string user_digits;
    std::string device_digits;
    std::string account_digits;
    Who who;
    who.user = id_member(event, "user_id", user_digits);
    who.visitor = id_member(event, "device_id", device_digits);
    const std::string_view somebody = who.user.empty() ? who.visitor : who.user;
    if (const auto groups = object_member(event, "groups")) {
      who.account = account_among(*groups, account_digits);
    }
    delivery.is_same(who.visitor, who.user, *at);
    const std::string_view name = text_member(event, "event_type");
    const auto set_of = [&](std::string_view key) {
      const auto operations = object_member(event, key);
      return operations ? object_member(*operations, "$set") : std::nullopt;
    };
    if (name == "$groupidentify") {
      if (const auto set = set_of("group_properties")) {
        traits_of_account(*set, who.account, *at, delivery);
      }
      return;
    }
    if (name == "$identify") {
      if (!who.account.empty()) delivery.belongs(somebody, who.account, *at);
      if (const auto set = set_of("user_properties")) {
        traits_of_user(*set, somebody, *at, delivery);
      }
      return;
    }
    if (!who.account.empty()) delivery.belongs_by_the_way(somebody, who.account, *at);
    std::string_view insert_id = text_member(event, "insert_id");
    if (insert_id.empty()) insert_id = text_member(event, "$insert_id");
    const std::string message_id =
        insert_id.empty() ? std::string() : fmt::format("{}\n{}", insert_id, somebody);
    const auto properties = object_member(event, "event_properties");
    add_event(event, who, name, properties ? json_text(*properties) : std::string(), *at,
              message_id, delivery);
  }

  JsonDocument document_;
};

}  // namespace

std::unique_ptr<Dialect> amplitude_dialect(std::size_t most_nesting) {
  return std::make_unique<Amplitude>(most_nesting);
}

}  // namespace tidemark
