#pragma once

#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "score/loaded_activity.h"
#include "score/occurrence_reader.h"

namespace tidemark {

/// The activity of a store that goes on taking events: as it was loaded, and what has come since,
/// counted at once.
///
/// What would change the past of some accounts (a user turns out to be another account's) is not
/// worked out here: those accounts are read from the store from then on. Not safe to use from
/// several threads at once.
class LiveActivity {
 public:
  static Result<std::unique_ptr<LiveActivity>> load(Store& store, const Definition& definition);
  /// Without anything loaded: accounts are read from the store until it is.
  static std::unique_ptr<LiveActivity> unloaded(Store& store, const Definition& definition);

  /// Takes in what was stored; `is_new` says which of its events were.
  void follow(const CollectStep& step, const std::vector<bool>& is_new);
  /// Another definition counts from now on.
  void count_by(const Definition& definition);
  /// Something else changed in the store: merges, rules by which users count.
  void forget();

  /// The activity of the account alone, as account 0; of a merged account, that of the one it went
  /// into. Fails with `not_found` for an account that is not known.
  Result<LoadedActivity> of(const std::string& account_id);

  /// Whether the account's activity is in memory; else it is read from the store.
  bool holds(const std::string& account_id) const;

 private:
  struct Cell {
    std::uint16_t day;
    SignalNumber signal;
    std::uint32_t count;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using ById = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  LiveActivity(Store& store, const Definition& definition)
      : store_(store), definition_(definition) {}

  Result<void> load();
  bool is_in_memory(AccountNumber account) const;
  LoadedActivity in_memory(AccountNumber account) const;
  void follow_events(const CollectStep& step, const std::vector<bool>& is_new);
  void follow_belonging(std::string_view user, std::string_view json, Instant since);
  void follow_alias(const Alias& alias);
  /// Marks the accounts that events of the id, or of ids that lead to it, may have counted for
  /// before `change` or may count for after it.
  template <class Change>
  void mark_affected(std::string_view id, const Change& change);
  void add_sender(std::string_view user, std::string_view visitor);
  void add_cell(const Occurrence& occurrence);

  Store& store_;
  Definition definition_;
  bool is_stale_ = true;
  LoadedActivity loaded_;
  Identity identity_;
  ById<AccountNumber> numbers_;
  std::unique_ptr<EventSignals> signals_;
  std::unique_ptr<OccurrenceReader> reader_;
  std::unordered_map<AccountNumber, std::vector<Cell>> since_;  // it was loaded
  std::unordered_set<AccountNumber> changed_;  // accounts to be read from the store
  // Ids of events that name no account, each with those it was seen together with: an event counts
  // for its visitor's account until its user has one.
  ById<std::vector<std::string>> senders_;
  ById<std::vector<std::string>> leading_;  // ids that were said to be this one
};

}  // namespace tidemark
