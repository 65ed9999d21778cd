#include "collect/statement_decoder.h"

#include <algorithm>
#include <array>
#include <vector>

#include <simdjson.h>

#include "collect/event_decoder.h"
#include "model/meaningless_id.h"
#include "wire/json_text.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

// Properties that Tidemark itself reads as instants; a value that is none would be lost silently.
constexpr std::array<std::string_view, 3> kInstants = {"created_at", "churned_at", "cancelled_at"};

bool is_instant(const simdjson::dom::element& value) {
  return value.is_string() &&
         std::holds_alternative<Instant>(parse_timestamp(std::string_view(value)));
}

}  // namespace

struct StatementDecoder::Parser {
  simdjson::dom::parser parser;
  std::string members;
};

StatementDecoder::StatementDecoder(RecordKind kind, NumberedNames& accounts, bool counts_by_domain)
    : kind_(kind),
      accounts_(accounts),
      domains_(accounts, counts_by_domain),
      parser_(std::make_unique<Parser>()) {}
StatementDecoder::~StatementDecoder() = default;

std::optional<Reject> StatementDecoder::decode(const Record& record, StatementBatch& statements) {
  if (auto reject = encoding_reject(record)) return reject;
  const bool is_of_users = kind_ == RecordKind::users;
  const std::string_view account = record.field(Field::account);
  const std::string_view user = record.field(Field::user);
  if (account.empty() && !is_of_users) return reject_of(record, RejectReason::missing_account);
  if (!account.empty() && is_meaningless_id(account)) {
    return reject_of(record, RejectReason::meaningless_account, Field::account);
  }
  if (is_of_users && is_meaningless_id(user)) {
    return reject_of(record, RejectReason::missing_user, Field::user);
  }
  std::optional<Instant> since;
  if (const std::string_view time = record.field(Field::time); !time.empty()) {
    const auto read = parse_timestamp(time);
    if (const auto* reason = std::get_if<RejectReason>(&read)) {
      return reject_of(record, *reason, Field::time);
    }
    since = std::get<Instant>(read);
  }
  const std::string_view properties = record.field(Field::properties);
  if (!properties.empty() && !is_json_object(properties)) {
    return reject_of(record, RejectReason::malformed_properties, Field::properties);
  }

  std::string& members = parser_->members;
  members.assign("{").append(properties.empty() ? properties : members_of(properties));
  if (members.size() > 1 && !record.other_members.empty()) members += ',';
  members.append(record.other_members).append("}");
  simdjson::dom::object object;
  auto problem = parser_->parser.parse(members).get(object);
  if (problem == simdjson::NUMBER_ERROR) {
    members = with_readable_numbers(members).value_or("");
    problem = parser_->parser.parse(members).get(object);
  }
  if (problem != simdjson::SUCCESS) {
    return reject_of(record, RejectReason::malformed_properties);
  }
  for (const auto& [key, value] : object) {
    if (std::ranges::find(kInstants, key) != kInstants.end() && !value.is_null() &&
        !is_instant(value)) {
      return Reject{record.line, std::string(key), shortened(std::string(simdjson::minify(value))),
                    RejectReason::unreadable_time, shortened(record.text)};
    }
  }

  // From here on it states something.
  const AccountNumber number =
      account.empty() ? kNoAccount : static_cast<AccountNumber>(accounts_.number_of(account));
  const auto state = [&](std::string_view property, std::string_view value) {
    if (is_of_users) {
      statements.user.push_back(user);
    } else {
      statements.account.push_back(number);
    }
    statements.property.push_back(property);
    statements.value.push_back(value);
    statements.since.push_back(since);
    statements.line.push_back(record.line);
  };
  if (is_of_users && !account.empty()) {
    std::string value;
    append_json_text(value, account);
    state("account_id", value);
  }
  for (const auto& [key, value] : object) {
    const std::string json = simdjson::minify(value);
    state(key, json);
    if (is_of_users) domains_.note_property(key, json);
  }
  return std::nullopt;
}

}  // namespace tidemark
