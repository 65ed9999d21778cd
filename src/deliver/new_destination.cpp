#include "deliver/new_destination.h"

#include <fmt/format.h>

#include "deliver/kinds.h"
#include "deliver/webhook_signature.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

constexpr std::size_t kLongestName = 60;

Error wrong(std::string what) { return Error{ErrorKind::invalid_input, std::move(what)}; }

Result<void> check_address(const std::string& url, std::string_view what) {
  if (url.starts_with("https://") || url.starts_with("http://")) return {};
  return wrong(fmt::format("{} begins with https://", what));
}

Parcel test_parcel(const Destination& destination, Instant now) {
  constexpr std::size_t kIdBegin = 6;
  constexpr std::size_t kIdLength = 16;
  Parcel parcel;
  parcel.id = "test_" + make_signing_secret().substr(kIdBegin, kIdLength);
  parcel.account = "tidemark-test";
  Json body = Json::object();
  if (kind_of(destination.kind).is_of_accounts) {
    for (const FilledField& field : destination.fields) {
      body[field.field] = field.value == "level"    ? "medium"
                          : field.value == "since"  ? "2026-01-01"
                          : field.value == "reason" ? "a test of Tidemark"
                                                    : "50";
    }
  } else if (destination.kind == DestinationKind::slack) {
    body = {{"text", "Tidemark reaches this channel."}};
  } else {
    body = {{"type", "tidemark.test"},
            {"timestamp", timestamp_text(now)},
            {"data", {{"account_id", parcel.account}}}};
  }
  parcel.body = body.dump();
  return parcel;
}

}  // namespace

Result<MadeDestination> make_destination(const GivenDestination& given, const Vault& vault,
                                         Instant now) {
  if (given.name.empty() || given.name.size() > kLongestName) {
    return wrong(fmt::format("a name has 1 to {} characters", kLongestName));
  }
  Destination destination;
  destination.name = given.name;
  destination.kind = given.kind;
  destination.allows_private = given.allows_private;
  destination.created = now;
  std::string secret = given.secret;
  std::string made;
  switch (given.kind) {
    case DestinationKind::webhook:
      if (secret.empty()) secret = made = make_signing_secret();
      if (auto right = check_signing_secret(secret); !right) return right.error();
      break;
    case DestinationKind::slack:
      if (!given.url.empty()) {
        return wrong("the address of a Slack webhook is a secret: give it as that");
      }
      if (auto right = check_address(secret, "the secret, the address of the webhook,"); !right) {
        return right.error();
      }
      break;
    case DestinationKind::customer_io:
      if (secret.find(':') == std::string::npos) {
        return wrong(fmt::format("it needs {}", kind_of(given.kind).secret));
      }
      break;
    case DestinationKind::hubspot:
      destination.id_field = given.id_field;
      [[fallthrough]];
    case DestinationKind::intercom:
    case DestinationKind::segment:
      if (secret.empty()) return wrong(fmt::format("it needs {}", kind_of(given.kind).secret));
      break;
  }
  if (given.kind != DestinationKind::slack) {
    destination.url = given.url.empty() ? std::string(usual_address(given.kind)) : given.url;
    while (destination.url.ends_with('/') && given.kind != DestinationKind::webhook) {
      destination.url.pop_back();
    }
    if (auto right = check_address(destination.url, "an address"); !right) return right.error();
  }
  destination.fields = given.fields.empty() ? usual_fields(given.kind) : given.fields;
  destination.secret = vault.sealed(secret);
  return MadeDestination{std::move(destination), std::move(made)};
}

Result<DestinationTest> test_destination(const Destination& destination, const Vault& vault,
                                         Instant now) {
  const auto secret = vault.opened(destination.secret);
  if (!secret) return secret.error();
  const auto previous = vault.opened(destination.previous_secret);
  if (!previous) return previous.error();
  const OpenSecrets secrets{*secret, *previous};
  const ClientRequest letter =
      letter_of(destination, secrets, {test_parcel(destination, now)}, now);
  const auto reply = ask(letter);
  if (!reply) return reply.error();
  const Verdict verdict = judge({destination.kind, &*reply, "", 0, 1, 0, now});
  const std::string refused = refusals_in(destination.kind, *reply, 1).front();
  const bool is_taken = verdict.fate == Fate::delivered && refused.empty();
  return DestinationTest{letter_words(letter, secrets), reply->status,
                         is_taken          ? ""
                         : refused.empty() ? verdict.problem
                                           : refused};
}

}  // namespace tidemark
