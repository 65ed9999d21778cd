#include "base/check.h"
#include "deliver/carrier.h"
#include "fuzz/input.h"
#include "wire/json.h"

namespace {

using namespace tidemark;

struct StandingClock final : Clock {
  Instant now() const override { return {}; }
};

/// A Salesforce lets in first, so that what it says of records is read too.
HttpReply answer_to(const ClientRequest& request, const HttpReply& reply, bool lets_in) {
  if (lets_in && request.url.ends_with("/services/oauth2/token")) {
    return {200, "", R"({"access_token":"token","instance_url":"https://example.com"})", {}};
  }
  return reply;
}

}  // namespace

// What the other end of a delivery answers: a line of a status and a header, then a body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
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
  std::vector<Parcel> parcels(kDeliveries);
  std::vector<std::string> accounts;
  for (std::size_t at = 0; at < kDeliveries; ++at) {
    parcels[at].account = "account-" + std::to_string(at);
    parcels[at].body = R"({"tier":"high","score":"87"})";
    accounts.push_back(parcels[at].account);
  }
  const StandingClock clock;
  const OpenSecrets secrets{"key:secret", ""};
  using enum DestinationKind;
  for (const auto kind :
       {slack, hubspot, customer_io, intercom, segment, salesforce, braze, active_campaign}) {
    Destination destination;
    destination.kind = kind;
    destination.url = "https://example.com";
    destination.id_field = "Account_Id__c";
    destination.fields = {{"tier", "level"}, {"score", "score"}};
    for (const bool lets_in : {true, false}) {
      const auto send = [&](const ClientRequest& request) {
        return Result<HttpReply>(answer_to(request, reply, lets_in));
      };
      const auto carrier = carrier_for(kind, {.send = send});
      const Carried carried = carrier->carry({destination, secrets, parcels, 3, 0.5, clock});
      const Verdict& verdict = carried.verdict;
      CHECK(verdict.wait.count() >= 0 && verdict.wait <= std::chrono::hours{24});
      CHECK((verdict.fate == Fate::delivered) == verdict.problem.empty());
      CHECK(!Json(verdict.problem).dump().empty());
      CHECK(carried.refusals.empty() || carried.refusals.size() == kDeliveries);
      for (const Declined& declined : carried.refusals)
        CHECK(!Json(declined.problem).dump().empty());
      const auto held = carrier->held(destination, secrets, accounts, clock);
      CHECK(!held || held->size() < 1'000'000);
    }
  }
  return 0;
}
