#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
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
};

/// For whom an event counts, as a pure function of all that is known: which account a user belongs
/// to, in time; which ids are one person's; which accounts were merged.
///
/// Rules: an event that names its account counts for it. Else its user, then its anonymous id is
/// followed to the person, and the first of their ids, from the person back to the event's own,
/// that belongs to an account decides. What was said last before the event holds; before the
/// first, the first does: activity from before an account was known becomes the account's. Users'
/// ids and anonymous ids are one kind of id. The order in which things were said never matters, but
/// that of two belongings of the same instant: the later one holds.
class Identity {
 public:
  /// The user, or the anonymous visitor, belongs to the account from `since` on.
  void belongs(std::string_view id, AccountNumber account, Instant since);
  void is_same(const Alias& alias);
  /// Everything of `account` counts for `into`. A merge that would close a circle is passed over.
  void merge(AccountNumber account, AccountNumber into);

  /// The account; kNoAccount while none is known. `named` is the event's own, if it has one.
  AccountNumber account_of(AccountNumber named, std::string_view user, std::string_view anonymous,
                           Instant at) const;

  /// The account that all of this one's activity counts for: itself, if it was not merged.
  AccountNumber root_of(AccountNumber account) const;
  /// All accounts whose activity counts for this one, itself included, in order.
  std::vector<AccountNumber> members_of(AccountNumber account) const;
  /// All ids that at any time lead to the account, in order.
  std::vector<std::string> ids_of(AccountNumber account) const;

  /// Whether accounts were merged: else an event that names its account counts for that one.
  bool has_merges() const { return !merged_.empty(); }
  /// Whether it is known of any user to which account they belong.
  bool knows_users() const { return !accounts_.empty(); }

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

  ById<InTime<AccountNumber>> accounts_;
  ById<InTime<std::string>> aliases_;
  std::unordered_map<AccountNumber, AccountNumber> merged_;
};

}  // namespace tidemark
