#pragma once

#include <functional>

#include "store/duckdb/database.h"
#include "store/store.h"

namespace tidemark::duck {

Result<void> append_aliases(Connection& connection, const std::vector<Alias>& aliases);

/// Whom events count for: the users' property `account_id`, the aliases, the merges.
Result<Identity> read_identity(Connection& connection);

/// Oldest first.
Result<std::vector<AccountMerge>> merges(Connection& connection);
Result<void> append_merge(Connection& connection, const AccountMerge& merge);
Result<void> forget_merge(Connection& connection, AccountNumber account);

/// Hands over who sent events, with the account their last event counts for.
Result<void> read_senders(Connection& connection, const Identity& identity,
                          const std::function<void(const EventSender&)>& sink);

}  // namespace tidemark::duck
