#include "collect/message_decoder.h"

#include "base/check.h"

namespace tidemark {

MessageDecoder::MessageDecoder(const std::string& dialect, NumberedNames& accounts,
                               NumberedNames& event_names, bool counts_by_domain, Instant now)
    : name_(dialect),
      dialect_(dialect_named(dialect)),
      intake_(accounts, event_names, counts_by_domain),
      now_(now) {
  CHECK(dialect_ != nullptr);
}

bool MessageDecoder::decode(const Record& record, Intake& intake, std::vector<Reject>& rejects) {
  const auto reject = [&](RejectReason reason, std::string_view field, std::string_view value) {
    rejects.push_back(
        {record.line, std::string(field), shortened(value), reason, shortened(record.text)});
  };
  Delivery delivery(name_, now_, Delivery::Of::archive);
  if (!dialect_->read({"message", record.text}, delivery)) {
    reject(RejectReason::malformed_json, "", "");
    return false;
  }
  for (const Refusal& refusal : delivery.refusals()) {
    reject(refusal.reason, refusal.field, refusal.value);
  }
  for (const Message& message : delivery.messages()) {
    if (const auto reason = intake_.add(delivery, message, intake)) {
      reject(*reason, "event", delivery.text(message, Part::name));
    }
  }
  return delivery.events() == 0 && !delivery.messages().empty();
}

}  // namespace tidemark
