// What clients of every vendor may send: read twice it says the same, and so does what was refused.
#include <array>

#include "collect/dialects/dialect.h"
#include "fuzz/input.h"

namespace {

std::string said_by(tidemark::Dialect& dialect, std::string_view route, std::string_view body) {
  tidemark::Delivery delivery("segment", tidemark::Instant{std::chrono::days{20'000}});
  if (!dialect.read({route, body}, delivery)) return "unreadable";
  std::string said = delivery.key;
  for (const tidemark::Message& message : delivery.messages()) {
    for (std::size_t part = 0; part < tidemark::kPartCount; ++part) {
      said += delivery.text(message, static_cast<tidemark::Part>(part));
    }
    said += std::to_string(message.at.time_since_epoch().count());
  }
  for (const tidemark::Refusal& refusal : delivery.refusals()) {
    tidemark::Delivery again("segment", delivery.received_at());
    said += dialect.read({"message", refusal.message}, again) ? 'y' : 'n';
  }
  return said + std::to_string(delivery.refusals().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  constexpr std::array<std::pair<const char*, const char*>, 9> kWays = {
      {{"segment", "batch"},
       {"segment", "track"},
       {"segment", "message"},
       {"posthog", "e"},
       {"mixpanel", "track"},
       {"mixpanel", "engage"},
       {"mixpanel", "groups"},
       {"amplitude", "httpapi"},
       {"cloudevents", "message"}}};
  if (size == 0) return 0;
  const auto& [name, route] = kWays[data[0] % kWays.size()];
  const std::string body(fuzz::text_of(data + 1, size - 1));
  const auto dialect = dialect_named(name);
  CHECK(said_by(*dialect, route, body) == said_by(*dialect, route, body));
  return 0;
}
