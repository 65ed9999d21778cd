#pragma once

#include "store/clickhouse/view.h"
#include "store/store.h"

namespace tidemark::click {

/// What an import says of accounts or users. What it says again is passed over; what it says
/// without a date, and other than what was said before, holds from when it began.
Result<void> append_statements(const View& before, const StatementBatch& statements,
                               const Import& import, std::uint64_t step);
/// What arrived live.
Result<void> append_dated_statements(const View& before, const StatementBatch& statements,
                                     std::uint64_t step);
Result<std::vector<Statement>> account_statements(const View& view,
                                                  const std::vector<std::string>& properties);
Result<std::vector<Statement>> statements_of_account(const View& view, AccountNumber account);
Result<std::vector<Statement>> statements_of_users(const View& view,
                                                   const std::vector<std::string>& users,
                                                   const std::string& property);

Result<void> append_aliases(const View& before, const std::vector<Alias>& aliases,
                            std::uint32_t import, std::uint64_t step);
/// `ids` are the accounts', by number.
Result<Identity> read_identity(const View& view, const Names& ids);
Result<std::vector<AccountMerge>> merges(const View& view, const Names& ids);
Result<void> append_merge(const View& before, const AccountMerge& merge, bool is_gone,
                          std::uint64_t step);
Result<bool> counts_by_domain(const View& view);
Result<void> save_domain_rule(const View& before, bool is_on, Instant since, std::uint64_t step);
/// The domains of all e-mail addresses that are known, each once.
Result<std::vector<std::string>> known_domains(const View& view);

}  // namespace tidemark::click
