#pragma once

#include <functional>

#include "store/duckdb/database.h"
#include "store/store.h"

namespace tidemark::duck {

/// `import` is 0 for those that were said live.
Result<void> append_aliases(Connection& connection, const std::vector<Alias>& aliases,
                            std::uint32_t import);

/// Whom events count for: the users' property `account_id`, the aliases, the merges, and where they
/// count, the domains of the users' property `email` and of ids that are addresses.
Result<Identity> read_identity(Connection& connection);

/// Whether something of it may bear on whom events count for.
bool says_whose(const Intake& intake);

/// Oldest first.
Result<std::vector<AccountMerge>> merges(Connection& connection);
Result<void> append_merge(Connection& connection, const AccountMerge& merge);
Result<void> forget_merge(Connection& connection, AccountNumber account);

Result<bool> counts_by_domain(Connection& connection);
Result<void> save_domain_rule(Connection& connection, bool is_on, Instant since);
/// The domains of all e-mail addresses that are known, in order.
Result<std::vector<std::string>> known_domains(Connection& connection);

/// Who sent the events that name no account.
Result<std::vector<UnnamedSender>> unnamed_senders(Connection& connection);

/// Hands over who sent events, with the account their last event counts for.
Result<void> read_senders(Connection& connection, const Identity& identity,
                          const std::function<void(const EventSender&)>& sink);

}  // namespace tidemark::duck
