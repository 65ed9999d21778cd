#pragma once

#include "base/time_zone.h"
#include "model/account_facts.h"
#include "model/definition.h"
#include "store/store.h"

namespace tidemark {

/// What is stated of each account, as far as the definition asks: its creation, and the numbers its
/// traits look at. Empty where it asks for nothing.
Result<std::vector<AccountFacts>> load_account_facts(Store& store, const Definition& definition,
                                                     TimeZone zone, std::size_t accounts);

/// The same from statements ordered by account, property and date.
std::vector<AccountFacts> account_facts_of(const std::vector<Statement>& statements,
                                           const Definition& definition, TimeZone zone,
                                           std::size_t accounts);

/// Whether the definition looks at when accounts were created.
bool asks_for_creation(const Definition& definition);

/// Whether facts of accounts depend on this property under the definition.
bool asks_for(const Definition& definition, std::string_view property);

/// The day a property's value is written as, `2026-03-01` or an instant; none if it is neither.
std::optional<Day> day_of_value(std::string_view json, DayReader& days);

}  // namespace tidemark
