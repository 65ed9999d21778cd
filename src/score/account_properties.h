#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace tidemark {

/// A property that is stated of accounts.
struct AccountProperty {
  std::string name;
  std::size_t accounts = 0;  // of which it holds a value today
  std::size_t numbers = 0;   // of which that is a number
};

/// Every property that was ever stated of an account, by name.
Result<std::vector<AccountProperty>> account_properties(Store& store);

}  // namespace tidemark
