#include <fmt/format.h>

#include "collect/dialects/dialect.h"
#include "collect/dialects/document.h"

namespace tidemark {
namespace {

class Cloudevents final : public Dialect {
 public:
  explicit Cloudevents(std::size_t most_nesting) : document_(most_nesting) {}

  Result<void> read(const Call& call, Delivery& delivery) override {
    const auto document = document_.read(call.body);
    if (!document) return document.error();
    JsonArray list;
    if (document->get(list) == simdjson::SUCCESS) {
      for (const JsonValue& item : list) read_item(item, delivery);
    } else {
      read_item(*document, delivery);
    }
    return {};
  }

 private:
  static void read_item(const JsonValue& item, Delivery& delivery) {
    const auto event = as_object(item);
    if (!event || text_member(*event, "specversion").empty()) {
      delivery.refuse(RejectReason::unknown_kind, "specversion", "", json_text(item));
      return;
    }
    const auto at = instant_member(*event, "time", *event, delivery);
    if (!at) return;
    std::string user_digits;
    std::string account_digits;
    Who who;
    who.user = id_member(*event, "userid", user_digits);
    who.account = id_member(*event, "accountid", account_digits);
    const auto data = object_member(*event, "data");
    if (data) {
      for (const std::string_view key : {"userId", "user_id", "user"}) {
        if (who.user.empty()) who.user = id_member(*data, key, user_digits);
      }
      for (const auto& [key, value] : *data) {
        if (who.account.empty() && (is_account_name(key) || key == "accountId")) {
          who.account = id_of(value, account_digits);
        }
      }
    }
    if (who.account.empty()) who.account = text_member(*event, "subject");
    if (!who.user.empty()) delivery.belongs_by_the_way(who.user, who.account, *at);
    const std::string_view id = text_member(*event, "id");
    const std::string message_id =
        id.empty() ? std::string() : fmt::format("{}\n{}", text_member(*event, "source"), id);
    add_event(*event, who, text_member(*event, "type"), data ? json_text(*data) : std::string(),
              *at, message_id, delivery);
  }

  JsonDocument document_;
};

}  // namespace

std::unique_ptr<Dialect> cloudevents_dialect(std::size_t most_nesting) {
  return std::make_unique<Cloudevents>(most_nesting);
}

}  // namespace tidemark
