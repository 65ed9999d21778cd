#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/activity.h"

namespace tidemark {

/// An id that turned out to be another's: an anonymous visitor who signed in, a user under a new
/// id.
struct Alias {
  std::string id;
  std::string user;
  Instant since;

  friend bool operator==(const Alias&, const Alias&) = default;
};

/// Everything of one account counts for another.
struct AccountMerge {
  AccountNumber account = 0;
  AccountNumber into = 0;
  Instant since;
  bool is_stated = false;  // by the account's property `merged_into`, not by hand
};

/// For whom an event counts, as a pure function of all that is known: which account a user belongs
/// to, in time; which ids are one person's; which accounts were merged.
///
/// Rules, of which the first that knows an account decides: an event that names its account counts
/// for it. Else its user, then its anonymous id is followed to the person, and the first of their
/// ids, from the person back to the event's own, that belongs to an account decides. What was said
/// last before the event holds; before the first, the first does: activity from before an account
/// was known becomes the account's. Users' ids and anonymous ids are one kind of id. Where domains
/// are known (see `has_domain`), a person of whom nothing else is known counts for the account of
/// their e-mail's. The order in which things were said never matters, but that of two belongings of
/// the same instant: the later one holds.
class Identity {
 public:
  /// The user, or the anonymous visitor, belongs to the account from `since` on.
  void belongs(std::string_view id, AccountNumber account, Instant since);
  void is_same(const Alias& alias);
  /// Everything of `account` counts for `into`. A second merge of an account is passed over, and
  /// one that would close a circle.
  void merge(AccountNumber account, AccountNumber into);
  /// People with an e-mail address of the domain count for the account, if nothing else is known of
  /// them. An id may itself be an address.
  void has_domain(std::string domain, AccountNumber account);
  /// The person's address is of the domain; of none that matters, where it is empty.
  void has_email(std::string_view id, std::string_view domain);

  /// Whether it would say anything new that the id belongs to the account, whenever.
  bool is_news(std::string_view id, AccountNumber account) const;
  /// Every account that events of the id could count for at any time, in order; domains apart.
  std::vector<AccountNumber> accounts_within_reach(std::string_view id) const;
  /// Calls `visit(id, user)` for each alias, whenever it holds.
  template <class Visit>
  void for_each_alias(Visit&& visit) const {
    for (const auto& [id, in_time] : aliases_) {
      for (const auto& [since, user] : in_time) visit(id, user);
    }
  }

  /// The account; kNoAccount while none is known. `named` is the event's own, if it has one.
  AccountNumber account_of(AccountNumber named, std::string_view user, std::string_view anonymous,
                           Instant at) const {
    const AccountNumber member = member_of(named, user, anonymous, at);
    return member == kNoAccount ? kNoAccount : root_of(member);
  }
  /// The same as if no accounts were merged.
  AccountNumber member_of(AccountNumber named, std::string_view user, std::string_view anonymous,
                          Instant at) const;

  /// The user that an anonymous visitor turned out to be, as known for that instant; empty while
  /// that is not known.
  std::string person_of(std::string_view anonymous, Instant at) const;

  /// The account that all of this one's activity counts for: itself, if it was not merged.
  AccountNumber root_of(AccountNumber account) const;
  /// All accounts whose activity counts for this one, itself included, in order.
  std::vector<AccountNumber> members_of(AccountNumber account) const;
  /// All ids that at any time lead to the account, in order; but those that do only as addresses of
  /// a domain.
  std::vector<std::string> ids_of(AccountNumber account) const;
  /// The domains of which unknown people count for the account, in order.
  std::vector<std::string> domains_of(AccountNumber account) const;
  /// Every account that was merged, with the one its activity counts for, in order.
  std::vector<std::pair<AccountNumber, AccountNumber>> merged() const;

  /// Whether accounts were merged: else an event that names its account counts for that one.
  bool has_merges() const { return !merged_.empty(); }
  /// Whether it is known of any user to which account they belong.
  bool knows_users() const { return !accounts_.empty() || counts_by_domain_; }
  /// Whether people may count by their domain, known or not.
  bool counts_by_domain() const { return counts_by_domain_; }
  void count_by_domain() { counts_by_domain_ = true; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using InTime = std::map<Instant, T>;
  template <class T>
  using ById = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  AccountNumber account_of_id(std::string_view id, Instant at) const;
  /// The id, and each one it turned out to be in turn; views into this.
  std::vector<std::string_view> path_of(std::string_view id, Instant at) const;
  AccountNumber account_of_domain(std::string_view id) const;

  ById<InTime<AccountNumber>> accounts_;
  ById<InTime<std::string>> aliases_;
  std::unordered_map<AccountNumber, AccountNumber> merged_;
  bool counts_by_domain_ = false;
  ById<AccountNumber> domains_;
  ById<std::string> emails_;  // the domain of a person's address
};

}  // namespace tidemark
