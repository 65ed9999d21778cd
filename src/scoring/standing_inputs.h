#pragma once

#include <optional>
#include <vector>

#include "activity/history.h"
#include "activity/signals.h"
#include "model/account_facts.h"

namespace tidemark {

/// What an account's standing points come from; habit apart, which is a matter of engaged days.
enum class StandingKind : std::uint8_t { milestone, tenure, trait };

/// Standing points, from a day on.
struct StandingStep {
  Day from;
  Points points;

  friend bool operator==(const StandingStep&, const StandingStep&) = default;
};

/// The inputs that stand beside the window: milestones, tenure and traits, and which accounts have
/// finished their onboarding. Safe to read from several threads.
///
/// Where scoring.md §2 leaves a choice: within N days of the creation is up to the day creation +
/// N; tenure is paid for each whole 30 days; onboarding is finished on the day its last step is
/// first done, and a step done later than `within_days` never counts.
class StandingInputs {
 public:
  /// `facts` are by account number; accounts beyond them have none.
  StandingInputs(const History& history, const Signals& signals, const Definition& definition,
                 std::vector<AccountFacts> facts, const Cores& cores);

  /// Takes in that the history has these occurrences more, and so many accounts.
  void follow(const std::vector<Occurrence>& occurrences, std::size_t accounts);

  /// Whether standing points, habit apart, can be anything but 0.
  bool have_points() const {
    return !milestones_.empty() || tenure_.has_value() || !traits_.empty();
  }

  /// The account's creation: as stated, else its first active day.
  Day created(AccountNumber account, Day first_day) const;

  /// The day from which on an account with this first active day is settled; none if it is not yet
  /// clear that it ever will be.
  std::optional<Day> settled_from(AccountNumber account, Day first_day) const;

  /// For each step of the onboarding the day it was done in time; none where it was not.
  std::vector<std::optional<Day>> onboarding_days(AccountNumber account, Day first_day) const;

  /// Calls `visit(kind, place in the definition, points, since)` for each input that earns points
  /// on the day; `since` is the day on which its points became what they are, where that is known.
  template <class Visit>
  void for_each_item(AccountNumber account, Day first_day, Day day, Visit&& visit) const;

  Points on(AccountNumber account, Day first_day, Day day) const {
    Points sum;
    for_each_item(account, first_day, day,
                  [&](StandingKind, std::size_t, Points points, Day) { sum += points; });
    return sum;
  }

  /// Replaces `steps` by the standing points of the days: first those of `days.first`, then each
  /// day within on which they change.
  void steps(AccountNumber account, Day first_day, DayRange days,
             std::vector<StandingStep>& steps) const;

 private:
  // Signals whose first day matters, each with its place in `first_times_`.
  struct Mark {
    std::optional<SignalNumber> signal;  // none: no such event was ever seen
    std::optional<int> within_days;
  };

  static constexpr std::uint16_t kNever = 0xFFFF;

  std::optional<Day> mark_day(AccountNumber account, std::size_t mark, Day created) const;
  void find_first_times(const History& history, const Signals& signals, const Cores& cores);

  static constexpr int kTenurePeriodDays = 30;

  int window_days_;  // after its first, unless its onboarding takes longer, an account is settled
  std::vector<Milestone> milestones_;
  std::optional<Tenure> tenure_;
  std::vector<Trait> traits_;
  std::vector<AccountFacts> facts_;
  std::vector<Mark> marks_;                 // of the milestones, then of the onboarding's steps
  std::vector<std::uint16_t> first_times_;  // by account, then mark; days since kFirstDay
};

template <class Visit>
void StandingInputs::for_each_item(AccountNumber account, Day first_day, Day day,
                                   Visit&& visit) const {
  const Day creation = created(account, first_day);
  for (std::size_t at = 0; at < milestones_.size(); ++at) {
    const auto done = mark_day(account, at, creation);
    if (done && *done <= day) {
      visit(StandingKind::milestone, at, milestones_[at].points, *done);
    }
  }
  if (tenure_ && day >= creation + kTenurePeriodDays) {
    const int periods = (day - creation) / kTenurePeriodDays;
    const Points earned{tenure_->points_per_30_days.milli * periods};
    visit(StandingKind::tenure, 0, tenure_->at_most ? std::min(earned, *tenure_->at_most) : earned,
          creation + periods * kTenurePeriodDays);
  }
  if (account >= facts_.size()) return;
  for (std::size_t at = 0; at < traits_.size(); ++at) {
    const AccountFacts::TraitValue* held = nullptr;
    for (const AccountFacts::TraitValue& value : facts_[account].trait_values) {
      if (value.trait == at && value.since <= day) held = &value;
    }
    if (held == nullptr || !held->number) continue;
    const auto band = std::ranges::find_if(
        traits_[at].bands, [&](const Trait::Band& one) { return *held->number >= one.at_least; });
    if (band != traits_[at].bands.end()) {
      visit(StandingKind::trait, at, band->points, held->since);
    }
  }
}

}  // namespace tidemark
