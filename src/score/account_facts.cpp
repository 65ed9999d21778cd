#include "score/account_facts.h"

#include <algorithm>

#include "activity/rule_matcher.h"
#include "wire/json_properties.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

constexpr std::string_view kCreated = "created_at";

}  // namespace

bool asks_for_creation(const Definition& definition) {
  return definition.tenure || !definition.milestones.empty() || definition.onboarding;
}

bool asks_for(const Definition& definition, std::string_view property) {
  return (property == kCreated && asks_for_creation(definition)) ||
         std::ranges::find(definition.traits, property, &Trait::property) !=
             definition.traits.end();
}

std::optional<Day> day_of_value(std::string_view json, DayReader& days) {
  const PropertyValue value = property_value(json);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  const auto instant = parse_timestamp(*text);
  const auto* at = std::get_if<Instant>(&instant);
  return at != nullptr ? std::optional(days.day_of(*at)) : std::nullopt;
}

std::vector<AccountFacts> account_facts_of(const std::vector<Statement>& statements,
                                           const Definition& definition, TimeZone zone,
                                           std::size_t accounts) {
  std::vector<AccountFacts> facts(accounts);
  DayReader days(zone);
  for (const Statement& statement : statements) {
    AccountFacts& of_account = facts[statement.account];
    if (statement.property == kCreated) {
      if (const auto day = day_of_value(statement.value, days)) of_account.created = day;
    }
    for (std::size_t at = 0; at < definition.traits.size(); ++at) {
      if (definition.traits[at].property != statement.property) continue;
      of_account.trait_values.push_back(
          {at, statement.since ? days.day_of(*statement.since) : kFirstDay,
           number_of(property_value(statement.value))});
    }
  }
  return facts;
}

Result<std::vector<AccountFacts>> load_account_facts(Store& store, const Definition& definition,
                                                     TimeZone zone, std::size_t accounts) {
  std::vector<std::string> properties;
  if (asks_for_creation(definition)) properties.emplace_back(kCreated);
  for (const Trait& trait : definition.traits) properties.push_back(trait.property);
  if (properties.empty()) return std::vector<AccountFacts>();
  const auto statements = store.account_statements(properties);
  if (!statements) return statements.error();
  return account_facts_of(*statements, definition, zone, accounts);
}

}  // namespace tidemark
