#include "collect/dialects/json_value.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "wire/json_text.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

// In the order in which they are preferred.
constexpr std::array<std::string_view, 16> kAccountNames = {
    "account",      "account_id",      "company", "company_id", "organization", "organization_id",
    "organisation", "organisation_id", "org",     "org_id",     "workspace",    "workspace_id",
    "tenant",       "tenant_id",       "team",    "customer"};

std::string_view trait_name(std::string_view key) {
  return key == "createdAt" ? std::string_view("created_at") : key;
}

}  // namespace

std::optional<JsonValue> member(const JsonObject& object, std::string_view key) {
  JsonValue value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

std::optional<JsonObject> as_object(const JsonValue& value) {
  JsonObject object;
  if (value.get(object) != simdjson::SUCCESS) return std::nullopt;
  return object;
}

std::optional<JsonObject> object_member(const JsonObject& object, std::string_view key) {
  const auto value = member(object, key);
  return value ? as_object(*value) : std::nullopt;
}

std::optional<JsonArray> array_member(const JsonObject& object, std::string_view key) {
  JsonArray array;
  if (object.at_key(key).get(array) != simdjson::SUCCESS) return std::nullopt;
  return array;
}

std::string_view text_member(const JsonObject& object, std::string_view key) {
  std::string_view text;
  if (object.at_key(key).get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::string_view id_of(const JsonValue& value, std::string& into) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return text;
  if (value.is_int64() || value.is_uint64()) return into = simdjson::minify(value);
  JsonArray array;
  if (value.get(array) == simdjson::SUCCESS && array.size() > 0) {
    return id_of(array.at(0).value_unsafe(), into);
  }
  return {};
}

std::string_view id_member(const JsonObject& object, std::string_view key, std::string& into) {
  const auto value = member(object, key);
  return value ? id_of(*value, into) : std::string_view();
}

std::string json_text(const JsonValue& value) { return simdjson::minify(value); }
std::string json_text(const JsonObject& object) { return simdjson::minify(object); }

std::string properties_text(const JsonObject& properties) {
  std::string text = "{";
  for (const auto& [key, value] : properties) {
    if (key == "token" || key == "$set" || key == "$set_once" || key == "$groups") continue;
    if (text.size() > 1) text += ',';
    append_json_text(text, key);
    text += ':';
    text += json_text(value);
  }
  return text += '}';
}

void add_event(const JsonObject& message, const Who& who, std::string_view name,
               std::string_view properties, Instant at, std::string_view message_id,
               Delivery& delivery) {
  const auto problem = delivery.event(who, name, properties, at, message_id);
  if (problem) {
    delivery.refuse(problem->reason, problem->field, problem->value, json_text(message));
  }
}

std::variant<std::optional<Instant>, RejectReason> instant_of(const JsonValue& value) {
  if (value.is_null()) return std::optional<Instant>();
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    if (text.empty()) return std::optional<Instant>();
    const auto read = parse_timestamp(text);
    if (const auto* reason = std::get_if<RejectReason>(&read)) return *reason;
    return std::optional(std::get<Instant>(read));
  }
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) return RejectReason::unreadable_time;
  // Seconds reach the year 5138 before they look like milliseconds, and so on.
  double micros = number * 1e6;
  for (double unit = 1e11; std::abs(number) >= unit && micros != 0; unit *= 1e3) micros /= 1e3;
  if (!(std::abs(micros) < 4e18)) return RejectReason::unreadable_time;
  return std::optional(Instant{std::chrono::microseconds{std::llround(micros)}});
}

std::optional<Instant> readable_instant(const JsonObject& object, std::string_view key) {
  const auto value = member(object, key);
  if (!value) return std::nullopt;
  const auto instant = instant_of(*value);
  const auto* read = std::get_if<std::optional<Instant>>(&instant);
  return read != nullptr ? *read : std::nullopt;
}

std::optional<Instant> instant_member(const JsonObject& object, std::string_view key,
                                      const JsonObject& message, Delivery& delivery) {
  const auto value = member(object, key);
  const auto instant = value ? instant_of(*value) : std::optional<Instant>();
  if (const auto* reason = std::get_if<RejectReason>(&instant)) {
    delivery.refuse(*reason, "time", json_text(*value), json_text(message));
    return std::nullopt;
  }
  const auto corrected = delivery.corrected(std::get<std::optional<Instant>>(instant));
  if (!corrected) delivery.refuse(RejectReason::missing_time, "time", "", json_text(message));
  return corrected;
}

bool is_account_name(std::string_view name) {
  return std::ranges::find(kAccountNames, name) != kAccountNames.end();
}

std::string_view account_among(const JsonObject& groups, std::string& into) {
  if (groups.size() == 1) return id_of((*groups.begin()).value, into);
  for (const std::string_view name : kAccountNames) {
    if (const auto value = member(groups, name)) return id_of(*value, into);
  }
  return {};
}

void traits_of_user(const JsonObject& traits, std::string_view id, Instant at, Delivery& delivery) {
  for (const auto& [key, value] : traits) {
    delivery.trait_of_user(id, trait_name(key), json_text(value), at);
  }
}

void traits_of_account(const JsonObject& traits, std::string_view account, Instant at,
                       Delivery& delivery) {
  for (const auto& [key, value] : traits) {
    delivery.trait_of_account(account, trait_name(key), json_text(value), at);
  }
}

}  // namespace tidemark
