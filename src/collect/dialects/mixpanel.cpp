#include <fmt/format.h>

#include "collect/dialects/dialect.h"
#include "collect/dialects/document.h"

namespace tidemark {
namespace {

class Mixpanel final : public Dialect {
 public:
  explicit Mixpanel(std::size_t most_nesting) : document_(most_nesting) {}

  Result<void> read(const Call& call, Delivery& delivery) override {
    const auto document = document_.read(call.body);
    if (!document) return document.error();
    for_each_message(*document, delivery, [&](const JsonObject& message) {
      if (call.route == "engage") {
        read_person(message, delivery);
      } else if (call.route == "groups") {
        read_group(message, delivery);
      } else {
        read_event(message, delivery);
      }
    });
    return {};
  }

 private:
  static void read_event(const JsonObject& event, Delivery& delivery) {
    const auto properties = object_member(event, "properties");
    if (!properties) {
      delivery.refuse(RejectReason::malformed_properties, "properties", "", json_text(event));
      return;
    }
    if (delivery.key.empty()) delivery.key = text_member(*properties, "token");
    delivery.archived_at(readable_instant(*properties, "mp_processing_time_ms"));
    const auto when = instant_member(*properties, "time", event, delivery);
    if (!when) return;
    const Instant at = *when;
    std::string user_digits;
    std::string id_digits;
    std::string device_digits;
    std::string account_digits;
    const std::string_view id = id_member(*properties, "distinct_id", id_digits);
    const std::string_view device = id_member(*properties, "$device_id", device_digits);
    Who who;
    who.user = id_member(*properties, "$user_id", user_digits);
    // Without a user the id is the visitor's: as newer libraries write it, or with their device.
    const bool is_visitor = id.starts_with("$device:") || (!device.empty() && id == device);
    if (who.user.empty() && !is_visitor) who.user = id;
    who.visitor = is_visitor ? id : device;
    for (const auto& [key, value] : *properties) {
      if (!is_account_name(key)) continue;
      who.account = id_of(value, account_digits);
      break;
    }

    const std::string_view name = text_member(event, "event");
    std::string digits;
    if (name == "$identify") {
      const std::string_view before = id_member(*properties, "$anon_distinct_id", digits);
      delivery.is_same(before, who.user.empty() ? id : who.user, at);
      if (before.starts_with("$device:")) {
        delivery.is_same(before.substr(8), who.user.empty() ? id : who.user, at);
      }
      return;
    }
    if (name == "$create_alias") {
      // The alias is the new name of the one who is identified.
      delivery.is_same(id, id_member(*properties, "alias", digits), at);
      return;
    }
    if (name == "$merge") {
      const auto ids = array_member(*properties, "$distinct_ids");
      if (ids && ids->size() == 2) {
        std::string other;
        delivery.is_same(id_of(ids->at(0).value_unsafe(), digits),
                         id_of(ids->at(1).value_unsafe(), other), at);
      }
      return;
    }
    if (!who.account.empty()) {
      delivery.belongs_by_the_way(who.user.empty() ? who.visitor : who.user, who.account, at);
    }
    // Their ids are unique among events of one name, person and time.
    const std::string_view insert_id = text_member(*properties, "$insert_id");
    const std::string message_id = insert_id.empty()
                                       ? std::string()
                                       : fmt::format("{}\n{}\n{}\n{}", insert_id, name, id,
                                                     at.time_since_epoch().count() / 1'000'000);
    add_event(event, who, name, properties_text(*properties), at, message_id, delivery);
  }

  static void read_person(const JsonObject& update, Delivery& delivery) {
    if (delivery.key.empty()) delivery.key = text_member(update, "$token");
    std::string digits;
    const std::string_view id = id_member(update, "$distinct_id", digits);
    for (const std::string_view operation : {"$set", "$set_once"}) {
      if (const auto set = object_member(update, operation)) {
        traits_of_user(*set, id, delivery.received_at(), delivery);
      }
    }
  }

  static void read_group(const JsonObject& update, Delivery& delivery) {
    if (delivery.key.empty()) delivery.key = text_member(update, "$token");
    std::string digits;
    const std::string_view group = id_member(update, "$group_id", digits);
    for (const std::string_view operation : {"$set", "$set_once"}) {
      if (const auto set = object_member(update, operation)) {
        traits_of_account(*set, group, delivery.received_at(), delivery);
      }
    }
  }

  JsonDocument document_;
};

}  // namespace

std::unique_ptr<Dialect> mixpanel_dialect(std::size_t most_nesting) {
  return std::make_unique<Mixpanel>(most_nesting);
}

}  // namespace tidemark
