#include "score/identity_report.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::size_t kMostListed = 20;

/// The items with the greatest `rank` first, ties by id; no more than are listed.
template <class Item, class Rank>
void keep_greatest(std::vector<Item>& items, const Rank& rank) {
  std::ranges::sort(items, [&](const Item& left, const Item& right) {
    return rank(left) != rank(right) ? rank(left) > rank(right) : left.id < right.id;
  });
  if (items.size() > kMostListed) items.resize(kMostListed);
}

Result<AccountNumber> number_of_account(const Names& ids, const std::string& id) {
  if (const auto found = ids.find(id)) return static_cast<AccountNumber>(*found);
  return Error{ErrorKind::not_found, fmt::format("unknown account: {}", id)};
}

}  // namespace

Result<IdentityReport> report_identity(Store& store) {
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  IdentityReport report;
  std::map<std::string, IdentityReport::Waiting, std::less<>> waiting;
  std::map<std::string, std::set<AccountNumber>, std::less<>> accounts_of_user;
  std::map<AccountNumber, std::set<std::string, std::less<>>> users_of_account;
  const auto read = store.read_senders([&](const EventSender& sender) {
    report.events += sender.events;
    const std::string id(sender.user.empty() ? sender.anonymous : sender.user);
    if (sender.account == kNoAccount) {
      report.events_waiting += sender.events;
      IdentityReport::Waiting& one = waiting[id];
      one.id = id;
      one.events += sender.events;
      one.last = std::max(one.last, sender.last);
      return;
    }
    if (id.empty()) return;
    accounts_of_user[id].insert(sender.account);
    users_of_account[sender.account].insert(id);
  });
  if (!read) return read.error();
  for (auto& [id, one] : waiting) report.waiting.push_back(std::move(one));
  keep_greatest(report.waiting, [](const auto& one) { return one.events; });
  for (const auto& [id, accounts] : accounts_of_user) {
    if (accounts.size() < 2) continue;
    ++report.users_in_several;
    IdentityReport::Several several{id, {}};
    for (const AccountNumber account : accounts) several.accounts.push_back((*ids)[account]);
    std::ranges::sort(several.accounts);
    report.several.push_back(std::move(several));
  }
  keep_greatest(report.several, [](const auto& one) { return one.accounts.size(); });
  report.accounts_with_users = std::ssize(users_of_account);
  report.accounts_of_one = std::ranges::count_if(
      users_of_account, [](const auto& account) { return account.second.size() == 1; });
  const auto merges = store.merges();
  if (!merges) return merges.error();
  for (const AccountMerge& merge : *merges) {
    report.merges.push_back(
        {(*ids)[merge.account], (*ids)[merge.into], merge.since, merge.is_stated});
  }
  const auto by_domain = store.counts_by_domain();
  if (!by_domain) return by_domain.error();
  report.counts_by_domain = *by_domain;
  return report;
}

Result<void> merge_accounts(Store& store, const std::string& account, const std::string& into,
                            Instant now) {
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  const auto from = number_of_account(*ids, account);
  if (!from) return from.error();
  const auto to = number_of_account(*ids, into);
  if (!to) return to.error();
  const auto identity = store.identity();
  if (!identity) return identity.error();
  if ((*identity)->root_of(*from) != *from) {
    return Error{ErrorKind::conflict, fmt::format("{} is merged into {} already; unmerge it first",
                                                  account, (*ids)[(*identity)->root_of(*from)])};
  }
  if ((*identity)->root_of(*to) == *from) {
    return Error{ErrorKind::conflict, *to == *from
                                          ? fmt::format("{} cannot be merged into itself", account)
                                          : fmt::format("{} is merged into {}", into, account)};
  }
  return store.merge_accounts({*from, *to, now});
}

Result<void> unmerge_account(Store& store, const std::string& account) {
  const auto ids = store.account_ids();
  if (!ids) return ids.error();
  const auto number = number_of_account(*ids, account);
  if (!number) return number.error();
  const auto merges = store.merges();
  if (!merges) return merges.error();
  // One by hand before one that is stated: it can be taken back.
  auto merge = std::ranges::find_if(
      *merges, [&](const AccountMerge& one) { return one.account == *number && !one.is_stated; });
  if (merge == merges->end()) {
    merge = std::ranges::find(*merges, *number, &AccountMerge::account);
  }
  if (merge == merges->end()) {
    return Error{ErrorKind::not_found, fmt::format("{} is not merged into another", account)};
  }
  if (merge->is_stated) {
    return Error{ErrorKind::conflict,
                 fmt::format("{} is merged by its property merged_into; state that as null, in an "
                             "import of accounts or from your SDK",
                             account)};
  }
  return store.unmerge_account(*number);
}

}  // namespace tidemark
