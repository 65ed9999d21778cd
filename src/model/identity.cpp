#include "model/identity.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "model/email_domain.h"

namespace tidemark {
namespace {

/// Longer chains of aliases are a sender's mistake.
constexpr std::size_t kMostAliases = 16;

/// What holds at the instant: the last that was said before it, else the first.
template <class T>
const T& holding(const std::map<Instant, T>& in_time, Instant at) {
  const auto after = in_time.upper_bound(at);
  return after == in_time.begin() ? after->second : std::prev(after)->second;
}

}  // namespace

void Identity::belongs(std::string_view id, AccountNumber account, Instant since) {
  accounts_[std::string(id)][since] = account;
}

void Identity::is_same(const Alias& alias) {
  if (alias.id == alias.user) return;
  // Of two at the same instant the greater holds, whichever came first.
  std::string& user = aliases_[alias.id][alias.since];
  user = std::max(user, alias.user);
}

void Identity::merge(AccountNumber account, AccountNumber into) {
  if (!merged_.contains(account) && root_of(into) != account) merged_[account] = into;
}

void Identity::has_domain(std::string domain, AccountNumber account) {
  domains_[std::move(domain)] = account;
}

void Identity::has_email(std::string_view id, std::string_view domain) {
  emails_[std::string(id)] = domain;
}

AccountNumber Identity::member_of(AccountNumber named, std::string_view user,
                                  std::string_view anonymous, Instant at) const {
  if (named != kNoAccount) return named;
  for (const std::string_view id : {user, anonymous}) {
    if (id.empty()) continue;
    if (const auto account = account_of_id(id, at); account != kNoAccount) return account;
  }
  return kNoAccount;
}

std::vector<std::string_view> Identity::path_of(std::string_view id, Instant at) const {
  std::vector<std::string_view> path{id};
  while (!aliases_.empty() && path.size() <= kMostAliases) {
    const auto alias = aliases_.find(path.back());
    if (alias == aliases_.end()) break;
    const std::string_view next = holding(alias->second, at);
    if (std::ranges::find(path, next) != path.end()) break;
    path.push_back(next);
  }
  return path;
}

std::string Identity::person_of(std::string_view anonymous, Instant at) const {
  const auto path = path_of(anonymous, at);
  return path.size() > 1 ? std::string(path.back()) : std::string();
}

AccountNumber Identity::account_of_id(std::string_view id, Instant at) const {
  const std::vector<std::string_view> path = path_of(id, at);
  for (auto person = path.rbegin(); person != path.rend(); ++person) {
    const auto found = accounts_.find(*person);
    if (found != accounts_.end()) return holding(found->second, at);
  }
  if (domains_.empty()) return kNoAccount;
  for (auto person = path.rbegin(); person != path.rend(); ++person) {
    if (const auto account = account_of_domain(*person); account != kNoAccount) return account;
  }
  return kNoAccount;
}

AccountNumber Identity::account_of_domain(std::string_view id) const {
  const auto stated = emails_.find(id);
  const auto domain = stated != emails_.end() ? std::optional(stated->second) : company_domain(id);
  if (!domain) return kNoAccount;
  const auto account = domains_.find(*domain);
  return account == domains_.end() ? kNoAccount : account->second;
}

bool Identity::is_news(std::string_view id, AccountNumber account) const {
  const auto known = accounts_.find(id);
  return known == accounts_.end() || std::ranges::any_of(known->second, [&](const auto& since) {
           return since.second != account;
         });
}

std::vector<AccountNumber> Identity::accounts_within_reach(std::string_view id) const {
  std::vector<std::string_view> people{id};
  std::set<AccountNumber> accounts;
  for (std::size_t at = 0; at < people.size(); ++at) {
    if (const auto found = accounts_.find(people[at]); found != accounts_.end()) {
      for (const auto& [since, account] : found->second) accounts.insert(root_of(account));
    }
    const auto alias = aliases_.find(people[at]);
    if (alias == aliases_.end()) continue;
    for (const auto& [since, user] : alias->second) {
      if (std::ranges::find(people, user) == people.end()) people.push_back(user);
    }
  }
  return {accounts.begin(), accounts.end()};
}

AccountNumber Identity::root_of(AccountNumber account) const {
  for (auto found = merged_.find(account); found != merged_.end(); found = merged_.find(account)) {
    account = found->second;
  }
  return account;
}

std::vector<AccountNumber> Identity::members_of(AccountNumber account) const {
  std::vector<AccountNumber> members{account};
  for (const auto& [merged, into] : merged_) {
    if (root_of(merged) == account) members.push_back(merged);
  }
  std::ranges::sort(members);
  return members;
}

std::vector<std::string> Identity::ids_of(AccountNumber account) const {
  std::set<std::string, std::less<>> ids;
  for (const auto& [id, in_time] : accounts_) {
    const bool belongs = std::ranges::any_of(
        in_time, [&](const auto& since) { return root_of(since.second) == account; });
    if (belongs) ids.insert(id);
  }
  const auto is_of_domain = [&](std::string_view id) {
    const AccountNumber of_domain = account_of_domain(id);
    return of_domain != kNoAccount && root_of(of_domain) == account;
  };
  for (const auto& [id, domain] : emails_) {
    if (is_of_domain(id)) ids.insert(id);
  }
  // Ids that lead to those, step by step.
  for (bool has_grown = true; has_grown;) {
    const std::size_t before = ids.size();
    for (const auto& [id, in_time] : aliases_) {
      const bool leads = std::ranges::any_of(in_time, [&](const auto& since) {
        return ids.contains(since.second) || is_of_domain(since.second);
      });
      if (leads) ids.insert(id);
    }
    has_grown = ids.size() != before;
  }
  return {ids.begin(), ids.end()};
}

std::vector<std::string> Identity::domains_of(AccountNumber account) const {
  std::vector<std::string> domains;
  for (const auto& [domain, of_domain] : domains_) {
    if (root_of(of_domain) == account) domains.push_back(domain);
  }
  std::ranges::sort(domains);
  return domains;
}

std::vector<std::pair<AccountNumber, AccountNumber>> Identity::merged() const {
  std::vector<std::pair<AccountNumber, AccountNumber>> merged;
  for (const auto& [account, into] : merged_) merged.emplace_back(account, root_of(into));
  std::ranges::sort(merged);
  return merged;
}

}  // namespace tidemark
