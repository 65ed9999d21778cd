#include "base/check.h"
#include "deliver/letter.h"
#include "deliver/verdict.h"
#include "fuzz/input.h"
#include "wire/json.h"

// What the other end of a delivery answers: a line of a status and a header, then a body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  if (size < 2) return 0;
  const std::string_view text = fuzz::text_of(data + 2, size - 2);
  const std::size_t line = std::min(text.find('\n'), text.size());
  HttpReply reply;
  reply.status = (data[0] << 8 | data[1]) % 700;
  reply.body = text.substr(std::min(line + 1, text.size()));
  for (const char* name : {"retry-after", "x-ratelimit-reset"}) {
    reply.headers.emplace_back(name, text.substr(0, line));
  }
  constexpr std::size_t kDeliveries = 7;
  using enum DestinationKind;
  for (const auto kind : {webhook, slack, hubspot, customer_io, intercom, segment}) {
    const Attempt attempt{kind, &reply, "", 3, kDeliveries, 0.5, Instant{}};
    const Verdict verdict = judge(attempt);
    CHECK(verdict.wait.count() >= 0 && verdict.wait <= std::chrono::hours{24});
    CHECK((verdict.fate == Fate::delivered) == verdict.problem.empty());
    CHECK(!Json(verdict.problem).dump().empty());
    CHECK(refusals_in(kind, reply, kDeliveries).size() == kDeliveries);
  }
  return 0;
}
