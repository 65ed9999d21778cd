#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace tidemark {

/// How well it is known whose events are.
struct IdentityReport {
  struct Waiting {
    std::string id;
    std::uint64_t events = 0;
    Instant last;
  };
  struct Several {
    std::string id;
    std::vector<std::string> accounts;  // by id
  };
  struct Merge {
    std::string account;
    std::string into;
    Instant since;
    bool is_stated = false;  // by the account's property `merged_into`
  };
  std::uint64_t events = 0;
  std::uint64_t events_waiting = 0;    // for an account to become known
  std::vector<Waiting> waiting;        // those with the most first; at most twenty
  std::uint64_t users_in_several = 0;  // accounts
  std::vector<Several> several;        // in the most accounts first; at most twenty
  std::int64_t accounts_of_one = 0;    // user; a score of one person is a thin one
  std::int64_t accounts_with_users = 0;
  std::vector<Merge> merges;
  bool counts_by_domain = false;
};

Result<IdentityReport> report_identity(Store& store);

/// Merges two accounts by id. Fails with `not_found` for one that is not known, with `conflict`
/// where the first is merged already, or the second is, directly or not, merged into the first.
Result<void> merge_accounts(Store& store, const std::string& account, const std::string& into,
                            Instant now);

/// Takes a merge back. Fails with `not_found` where the account is not merged, with `conflict`
/// where its property says that it is.
Result<void> unmerge_account(Store& store, const std::string& account);

}  // namespace tidemark
