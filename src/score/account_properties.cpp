#include "score/account_properties.h"

#include <map>
#include <utility>

#include "activity/rule_matcher.h"
#include "wire/json_properties.h"

namespace tidemark {

Result<std::vector<AccountProperty>> account_properties(Store& store) {
  const auto statements = store.account_statements({});
  if (!statements) return statements.error();
  std::map<std::string, AccountProperty, std::less<>> by_name;
  for (auto statement = statements->begin(); statement != statements->end(); ++statement) {
    AccountProperty& property = by_name[statement->property];
    property.name = statement->property;
    // They come by account, property and date: the last of each is what holds.
    const auto next = std::next(statement);
    const bool is_last = next == statements->end() || next->account != statement->account ||
                         next->property != statement->property;
    if (!is_last || statement->value == "null") continue;
    ++property.accounts;
    if (number_of(property_value(statement->value))) ++property.numbers;
  }
  std::vector<AccountProperty> properties;
  for (auto& [name, property] : by_name) properties.push_back(std::move(property));
  return properties;
}

}  // namespace tidemark
