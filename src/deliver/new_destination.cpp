#include "deliver/new_destination.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "deliver/carrier.h"
#include "deliver/field_value.h"
#include "deliver/kinds.h"
#include "deliver/postgresql_carrier.h"
#include "deliver/webhook_signature.h"
#include "net/mail_client.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

constexpr std::size_t kLongestName = 60;
constexpr std::string_view kUsualIdField = "account_id";

std::string given_words(const std::string& text) { return text.empty() ? "nothing" : text; }

Error wrong(std::string what) { return Error{ErrorKind::invalid_input, std::move(what)}; }

Error needs_secret(DestinationKind kind) {
  return wrong(fmt::format("it needs {}", kind_of(kind).secret));
}

/// What an address of the kind begins with; the first is the one to recommend.
std::vector<std::string_view> beginnings_of(DestinationKind kind) {
  if (kind == DestinationKind::email) return {"smtps://", "smtp://"};
  if (kind == DestinationKind::postgresql) return {"postgresql://", "postgres://"};
  if (kind == DestinationKind::files) return {"file:///"};
  return {"https://", "http://"};
}

Result<void> check_address(const std::string& url, std::string_view what, DestinationKind kind) {
  const auto beginnings = beginnings_of(kind);
  const auto begins = [&](std::string_view beginning) { return url.starts_with(beginning); };
  if (!std::ranges::any_of(beginnings, begins)) {
    return wrong(fmt::format("{} begins with {}", what, beginnings.front()));
  }
  // user:password@ would be shown to whoever sees the address.
  const auto host = url.find("://") + 3;
  const auto at = url.substr(0, url.find('/', host)).rfind('@');
  if (at != std::string::npos && url.substr(host, at - host).find(':') != std::string::npos) {
    return wrong(fmt::format("{} must not hold a password: give it as the secret", what));
  }
  return {};
}

bool is_plain_name(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_';
  });
}

bool is_file_name(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '-';
  });
}

bool is_one_line(const std::string& text) {
  return std::ranges::none_of(text, [](unsigned char letter) { return letter < ' '; });
}

template <class Pair>
Result<std::vector<Pair>> pairs_of(const std::vector<std::string>& texts, std::string_view form) {
  std::vector<Pair> pairs;
  for (const std::string& text : texts) {
    const auto at = text.find('=');
    if (at == 0 || at == std::string::npos) {
      return wrong(fmt::format("{}: write {}", given_words(text), form));
    }
    pairs.push_back({text.substr(0, at), text.substr(at + 1)});
  }
  return pairs;
}

Parcel test_parcel(const Destination& destination, Instant now) {
  constexpr std::size_t kIdBegin = 6;
  constexpr std::size_t kIdLength = 16;
  Parcel parcel;
  parcel.id = "test_" + make_signing_secret().substr(kIdBegin, kIdLength);
  parcel.account = "tidemark-test";
  Json body = Json::object();
  if (kind_of(destination.kind).takes_fields()) {
    for (const FilledField& field : destination.fields) {
      const auto value = FieldValue::parse(field.value);
      AccountNews news{"tidemark-test", {}, Level::medium, Day{20'454}, {}, {}, {}, {}, 0.5, ""};
      news.score = 50;
      news.points = Points{50'000};
      news.reason = "a test of Tidemark";
      body[field.field] = value ? value->of(news) : "";
    }
  } else if (destination.kind == DestinationKind::slack) {
    body = {{"text", "Tidemark reaches this channel."}};
  } else if (destination.kind == DestinationKind::email) {
    body = {{"subject", "Tidemark reaches you"},
            {"text", "Tidemark reaches you by this address.\n"},
            {"html", "<p>Tidemark reaches you by this address.</p>"}};
  } else {
    body = {{"type", "tidemark.test"},
            {"timestamp", timestamp_text(now)},
            {"data", {{"account_id", parcel.account}}}};
  }
  parcel.body = body.dump();
  return parcel;
}

}  // namespace

Result<std::vector<FilledField>> fields_of(const std::vector<std::string>& texts) {
  return pairs_of<FilledField>(texts, "FIELD=VALUE");
}

Result<std::vector<Sought>> audience_of(const std::vector<std::string>& texts) {
  return pairs_of<Sought>(texts, "PROPERTY=VALUE");
}

Result<Destination> changed(Destination destination, const DestinationChange& change) {
  const bool takes_fields = kind_of(destination.kind).takes_fields();
  if (change.fields && !change.fields->empty() && !takes_fields) {
    return wrong(fmt::format("{} takes no fields", kind_of(destination.kind).name));
  }
  if (change.fields) {
    for (const FilledField& field : *change.fields) {
      if (!is_one_line(field.field) || !is_one_line(field.value)) {
        return wrong("a field and its value are each one line");
      }
      const auto value = FieldValue::parse(field.value);
      if (!value) return wrong(fmt::format("{}: {}", field.field, value.error().message));
      if (destination.kind == DestinationKind::salesforce && !is_plain_name(field.field)) {
        return wrong(fmt::format("{} is no name of a field in Salesforce", field.field));
      }
    }
    destination.fields = change.fields->empty() ? usual_fields(destination.kind) : *change.fields;
  }
  if (change.audience) {
    for (const Sought& sought : *change.audience) {
      if (!is_one_line(sought.property) || !is_one_line(sought.value)) {
        return wrong("a property and its value are each one line");
      }
    }
    destination.audience = *change.audience;
  }
  if ((change.rhythm || change.format) && destination.kind != DestinationKind::files) {
    return wrong(fmt::format("{} writes no files", kind_of(destination.kind).name));
  }
  destination.rhythm = change.rhythm.value_or(destination.rhythm);
  destination.format = change.format.value_or(destination.format);
  if (destination.kind != DestinationKind::email) return destination;
  if (change.sender) destination.sender = *change.sender;
  if (change.recipients) destination.recipients = *change.recipients;
  if (!is_mail_address(destination.sender)) {
    return wrong(fmt::format("{} is no address to send from", given_words(destination.sender)));
  }
  if (destination.recipients.empty()) return wrong("it needs somebody to send to");
  for (const std::string& address : destination.recipients) {
    if (!is_mail_address(address)) {
      return wrong(fmt::format("{} is no address to send to", given_words(address)));
    }
  }
  return destination;
}

namespace {

/// Up to which day a new destination counts as filled. What happened before it was created is not
/// sent; files start with the last published day, and account levels are sent in full.
std::optional<Day> filled_at_creation(const GivenDestination& given) {
  if (!given.published_until) return std::nullopt;
  switch (kind_of(given.kind).telling) {
    case Telling::moves:
    case Telling::digest:
      return given.published_until;
    case Telling::snapshots:
      return *given.published_until - 1;
    case Telling::standings:
      return std::nullopt;
  }
  CHECK(false);
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
  destination.filled_until = filled_at_creation(given);
  std::string secret = given.secret;
  std::string made;
  if (secret.empty() && kind_of(given.kind).needs_secret) return needs_secret(given.kind);
  switch (given.kind) {
    case DestinationKind::webhook:
      if (secret.empty()) secret = made = make_signing_secret();
      if (auto right = check_signing_secret(secret); !right) return right.error();
      break;
    case DestinationKind::slack:
      if (!given.url.empty()) {
        return wrong("the address of a Slack webhook is a secret: give it as that");
      }
      if (auto right = check_address(secret, "the secret, the address of the webhook,", given.kind);
          !right) {
        return right.error();
      }
      break;
    case DestinationKind::customer_io:
      if (secret.find(':') == std::string::npos) return needs_secret(given.kind);
      break;
    case DestinationKind::salesforce:
      if (secret.find(':') == std::string::npos) return needs_secret(given.kind);
      destination.id_field = given.id_field == kUsualIdField ? "Account_Id__c" : given.id_field;
      if (!is_plain_name(destination.id_field)) {
        return wrong(fmt::format("{} is no name of a field in Salesforce", destination.id_field));
      }
      break;
    case DestinationKind::files:
      if (!is_file_name(given.name)) {
        return wrong("files are named by it: letters, digits, - and _ alone");
      }
      if (!secret.empty()) return wrong("files need no secret");
      destination.id_field = given.id_field;
      break;
    case DestinationKind::postgresql:
    case DestinationKind::hubspot:
      destination.id_field = given.id_field;
      break;
    case DestinationKind::braze:
    case DestinationKind::active_campaign:
    case DestinationKind::email:
    case DestinationKind::intercom:
    case DestinationKind::segment:
      break;
  }
  const bool is_own_folder = given.kind == DestinationKind::files && given.url.empty();
  if (given.kind != DestinationKind::slack && !is_own_folder) {
    destination.url = given.url.empty() ? std::string(usual_address(given.kind)) : given.url;
    while (destination.url.ends_with('/') && given.kind != DestinationKind::webhook) {
      destination.url.pop_back();
    }
    if (auto right = check_address(destination.url, "an address", given.kind); !right) {
      return right.error();
    }
  }
  if (given.kind == DestinationKind::postgresql) {
    if (auto right = check_postgresql_address(destination.url); !right) return right.error();
  }
  destination.rhythm = given.rhythm;
  destination.format = given.format;
  auto ready = changed(std::move(destination),
                       {given.fields, given.audience, given.sender, given.recipients});
  if (!ready) return ready.error();
  destination = *std::move(ready);
  destination.secret = vault.sealed(secret);
  return MadeDestination{std::move(destination), std::move(made)};
}

Result<DestinationTest> test_destination(const Destination& destination, const Vault& vault,
                                         const Clock& clock, Outside outside) {
  const auto secret = vault.opened(destination.secret);
  if (!secret) return secret.error();
  const auto previous = vault.opened(destination.previous_secret);
  if (!previous) return previous.error();
  const OpenSecrets secrets{*secret, *previous};
  const std::vector<Parcel> parcels{test_parcel(destination, clock.now())};
  const Shipment shipment{destination, secrets, parcels, 0, 0, clock};
  const auto carrier = carrier_for(destination.kind, std::move(outside));
  const Carried carried = carrier->carry(shipment);
  if (carried.no_answer) return *carried.no_answer;
  DestinationTest test{carrier->words(shipment), carried.status, carried.verdict.problem};
  if (!carried.refusals.empty() && test.problem.empty()) {
    test.problem = carried.refusals.front().problem;
  }
  test.problem = plain_words(test.problem);
  return test;
}

}  // namespace tidemark
