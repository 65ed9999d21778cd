#pragma once

#include <optional>
#include <vector>

#include "scoring/scored_activity.h"

namespace tidemark {

inline constexpr int kSilentDays = 30;  // after which an account has churned (scoring.md §5)

/// An account that fell silent for 30 days or more.
struct ChurnEpisode {
  AccountNumber account = 0;
  Day churned;                  // its last active day
  std::optional<Day> returned;  // the next one, if it came back

  Day detected() const { return churned + kSilentDays; }

  friend bool operator==(const ChurnEpisode&, const ChurnEpisode&) = default;
};

/// The episodes detected within the days, by account, then day; as known at the end of `known`,
/// which is not before them.
std::vector<ChurnEpisode> churn_episodes(const ScoredActivity& activity, DayRange detected,
                                         Day known, const Cores& cores);

/// What can be known of an account at the end of a day that foretells silence (scoring.md §10).
struct SilenceSigns {
  std::int64_t habit_milli_days = 0;
  int tenure_days = 0;  // since its first active day
  int silent_days = 0;  // since its last active day
};

/// An account on a day up to which it had not churned, and what came of it.
struct SilenceSnapshot {
  AccountNumber account = 0;
  Day day;
  SilenceSigns signs;
  bool left = false;  // the 30 days after it were silent; of no meaning where they had not passed
};

/// All accounts, or every `step`-th of them.
std::vector<AccountNumber> every_account(const ScoredActivity& activity, std::size_t step = 1);

/// Days a week apart, of three years, whose 30 days after had passed by `day`; oldest first.
std::vector<Day> weeks_with_outcome(const ScoredActivity& activity, Day day);

/// Snapshots of the accounts of `accounts` on `days`, which ascend; by account, then day. Whether
/// they left is read from activity up to 30 days later, whatever else there is.
std::vector<SilenceSnapshot> silence_snapshots(const ScoredActivity& activity,
                                               const std::vector<AccountNumber>& accounts,
                                               const std::vector<Day>& days, const Cores& cores);

}  // namespace tidemark
