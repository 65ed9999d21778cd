#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace tidemark {

/// Which account a user belongs to, in time, as imported tables of users state it.
class UserAccounts {
 public:
  static Result<UserAccounts> load(Store& store);

  bool is_empty() const { return accounts_.empty(); }
  bool knows(std::string_view user) const { return accounts_.find(user) != accounts_.end(); }

  /// The account the user belonged to at the instant; none before the first.
  std::optional<std::string_view> account_of(std::string_view user, Instant at) const;

 private:
  // By user, then by the instant since when; the least instant stands for the beginning.
  std::map<std::string, std::map<Instant, std::string>, std::less<>> accounts_;
};

}  // namespace tidemark
