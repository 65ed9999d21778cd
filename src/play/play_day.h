#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>

#include "base/time_zone.h"
#include "model/play.h"
#include "model/property.h"
#include "score/level_trails.h"
#include "score/loaded_activity.h"
#include "score/published_rules.h"

namespace tidemark {

/// An account on a published day, as plays look at it.
struct PlayCandidate {
  AccountNumber number = 0;
  std::string account;
  Level level = Level::inactive;
  Day since;
  std::optional<Level> moved_from;         // none: it did not move on the day
  Level highest_before = Level::inactive;  // of the published levels before this one
  bool is_new = false;                     // younger than the window
  bool is_onboarded = true;  // all steps are done by the day; also where there are none
  Points points;
  Points points_before;  // 30 days earlier
  std::optional<std::uint8_t> score;
  std::optional<double> chance;                  // of 30 silent days; none where nobody asks
  std::vector<PropertyValue> properties;         // in the order of the day's names
  std::vector<PropertyValue> properties_before;  // a week earlier
};

/// All accounts of a published day.
struct PlayDay {
  Day day;
  bool is_held = false;                     // events are missing: nobody moves, nothing is due
  std::vector<std::string> property_names;  // sorted
  std::vector<PlayCandidate> accounts;      // by id
};

/// The published days of a range, one after the other, with what the plays ask for.
class PlayDays {
 public:
  /// `plays` say which properties to read, and whether the chance of silence is asked for. Fails
  /// with `not_found` where nothing is published.
  static Result<PlayDays> over(Store& store, DayRange days, std::span<const Play> plays,
                               TimeZone zone, const Cores& cores);

  /// Accounts for which no play is ever due.
  void leave_out(std::set<std::string> accounts) { left_out_ = std::move(accounts); }

  /// A day of the range; not before the last one asked for.
  Result<PlayDay> at(Day day);

 private:
  PlayDays(PublishedRules rules, LevelTrails trails, TimeZone zone, const Cores& cores)
      : rules_(std::move(rules)), trails_(std::move(trails)), days_(zone), cores_(cores) {}

  std::vector<std::optional<double>> chances_on(Day day) const;
  bool is_onboarded(AccountNumber account, Day day) const;

  PublishedRules rules_;
  LevelTrails trails_;
  DayReader days_;
  Cores cores_;
  std::optional<Names> ids_;
  std::vector<AccountNumber> by_id_;
  std::vector<Change> changes_;  // by day, then account
  std::vector<IncompleteDay> marks_;
  std::set<std::string> left_out_;
  std::vector<std::string> property_names_;
  // By property's place and account: what was stated, the oldest first.
  std::vector<std::map<AccountNumber, std::vector<std::pair<Day, PropertyValue>>>> stated_;
  bool asks_for_chance_ = false;
  std::shared_ptr<const LoadedActivity> activity_;  // where chance or onboarding is asked for
  std::shared_ptr<const ScoredActivity> scored_;
};

/// The property the account has on the day, by its name among the day's `names`.
PropertyValue property_of(const std::vector<std::string>& names, const PlayCandidate& candidate,
                          std::string_view name);
/// Likewise a week earlier.
PropertyValue property_before(const std::vector<std::string>& names, const PlayCandidate& candidate,
                              std::string_view name);

}  // namespace tidemark
