#include "store/account_share.h"

#include <fmt/format.h>

namespace tidemark {

std::string counts_for(const Identity& identity, AccountRange accounts) {
  if (accounts.is_all()) return "";
  std::vector<AccountNumber> from_outside;
  std::vector<AccountNumber> to_outside;
  for (const auto& [account, root] : identity.merged()) {
    const bool is_within = accounts.contains(account);
    if (is_within == accounts.contains(root)) continue;
    (is_within ? to_outside : from_outside).push_back(account);
  }
  std::string condition =
      fmt::format("account >= {} AND account < {}", accounts.first, accounts.end);
  if (!to_outside.empty()) {
    condition += fmt::format(" AND account NOT IN ({})", fmt::join(to_outside, ","));
  }
  if (!from_outside.empty()) {
    condition = fmt::format("(({}) OR account IN ({}))", condition, fmt::join(from_outside, ","));
  }
  return condition;
}

}  // namespace tidemark
