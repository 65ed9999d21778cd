#include <algorithm>
#include <array>

#include "collect/dialects/dialect.h"
#include "collect/dialects/document.h"

namespace tidemark {
namespace {

// What the library says of itself or of persons; not something a user did.
constexpr std::array<std::string_view, 9> kNoEvents = {
    "$identify", "$create_alias",        "$merge_dangerously", "$groupidentify", "$set",
    "$snapshot", "$feature_flag_called", "$web_vitals",        "$exception"};

class Posthog final : public Dialect {
 public:
  explicit Posthog(std::size_t most_nesting) : document_(most_nesting), inner_(most_nesting) {}

  Result<void> read(const Call& call, Delivery& delivery) override {
    const auto document = document_.read(call.body);
    if (!document) return document.error();
    const auto read_all = [&](const JsonValue& events) {
      for_each_message(events, delivery,
                       [&](const JsonObject& event) { read_event(event, delivery); });
    };
    if (document->is_array()) {
      read_all(*document);
      return {};
    }
    const auto whole = as_object(*document);
    if (!whole) return Error{ErrorKind::invalid_input, "the body is neither an object nor a list"};
    delivery.key = text_member(*whole, "api_key");
    if (delivery.key.empty()) delivery.key = text_member(*whole, "token");
    delivery.sent_at(readable_instant(*whole, "sent_at"));
    for (const std::string_view name : {"batch", "data"}) {
      const auto batch = member(*whole, name);
      if (!batch || !batch->is_array()) continue;
      read_all(*batch);
      return {};
    }
    read_event(*whole, delivery);
    return {};
  }

 private:
  void read_event(const JsonObject& event, Delivery& delivery) {
    // An export has its properties as a text.
    std::string_view exported;
    auto properties = object_member(event, "properties");
    if (event.at_key("properties").get(exported) == simdjson::SUCCESS) {
      const auto inner = inner_.read(exported);
      properties = inner ? as_object(*inner) : std::nullopt;
    }
    if (delivery.key.empty() && properties) delivery.key = text_member(*properties, "token");
    delivery.archived_at(readable_instant(event, "created_at"));
    const auto at = instant_member(event, "timestamp", event, delivery);
    if (!at) return;

    std::string digits;
    std::string account_digits;
    std::string_view id = id_member(event, "distinct_id", digits);
    Who who;
    std::optional<JsonObject> groups;
    if (properties) {
      if (id.empty()) id = id_member(*properties, "distinct_id", digits);
      groups = object_member(*properties, "$groups");
      // Before a visitor signs in their id is the device's.
      if (id == text_member(*properties, "$device_id")) who.visitor = id;
    }
    if (who.visitor.empty()) who.user = id;
    if (groups) {
      who.account = account_among(*groups, account_digits);
    } else if (properties) {
      // An export may have groups by their number alone; the first kind is whose product it is.
      who.account = id_member(*properties, "$group_0", account_digits);
    }

    const std::string_view name = text_member(event, "event");
    if (properties) read_identity(name, id, *at, *properties, delivery);
    if (const auto set = object_member(event, "$set")) traits_of_user(*set, id, *at, delivery);
    if (std::ranges::find(kNoEvents, name) != kNoEvents.end()) return;
    if (!who.account.empty()) delivery.belongs_by_the_way(id, who.account, *at);
    add_event(event, who, name, properties ? properties_text(*properties) : std::string(), *at,
              text_member(event, "uuid"), delivery);
  }

  static void read_identity(std::string_view name, std::string_view id, Instant at,
                            const JsonObject& properties, Delivery& delivery) {
    std::string digits;
    if (name == "$identify") {
      delivery.is_same(id_member(properties, "$anon_distinct_id", digits), id, at);
    } else if (name == "$create_alias" || name == "$merge_dangerously") {
      delivery.is_same(id_member(properties, "alias", digits), id, at);
    } else if (name == "$groupidentify") {
      const std::string_view group = id_member(properties, "$group_key", digits);
      const auto set = object_member(properties, "$group_set");
      if (set) traits_of_account(*set, group, at, delivery);
    }
    if (const auto set = object_member(properties, "$set")) {
      traits_of_user(*set, id, at, delivery);
    }
  }

  JsonDocument document_;
  JsonDocument inner_;
};

}  // namespace

std::unique_ptr<Dialect> posthog_dialect(std::size_t most_nesting) {
  return std::make_unique<Posthog>(most_nesting);
}

}  // namespace tidemark
