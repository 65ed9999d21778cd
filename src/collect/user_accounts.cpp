#include "collect/user_accounts.h"

#include <iterator>

#include "wire/json_properties.h"

namespace tidemark {

Result<UserAccounts> UserAccounts::load(Store& store) {
  const auto statements = store.user_statements({"account_id"});
  if (!statements) return statements.error();
  UserAccounts accounts;
  for (const Statement& statement : *statements) {
    const PropertyValue value = property_value(statement.value);
    if (const auto* account = std::get_if<std::string>(&value)) {
      accounts.accounts_[statement.user][statement.since.value_or(Instant::min())] = *account;
    }
  }
  return accounts;
}

std::optional<std::string_view> UserAccounts::account_of(std::string_view user, Instant at) const {
  const auto found = accounts_.find(user);
  if (found == accounts_.end()) return std::nullopt;
  const auto after = found->second.upper_bound(at);
  if (after == found->second.begin()) return std::nullopt;
  return std::prev(after)->second;
}

}  // namespace tidemark
