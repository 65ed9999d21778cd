#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "evidence/calibration_evidence.h"
#include "evidence/input_windows.h"

namespace tidemark {

/// Whom weights are learned from (scoring.md §10).
enum class Teacher : std::uint8_t {
  silence,  // accounts on a day of each week: were the next 30 days silent?
  loyalty,  // the longest-standing with the strongest habit, against those that left
};

/// What an action is worth, and how sure that is.
struct LearnedWeight {
  double weight = 0;     // log-odds of staying for each point it would earn at one point each;
                         // 0: nothing that can be relied on
  double low = 0;        // its 95 % interval over draws of accounts
  double high = 0;       // likewise
  double stability = 0;  // the share of draws in which it is worth anything
};

/// Weights of all actions together.
struct LearnedWeights {
  std::int64_t left = 0;               // moments
  std::int64_t stayed = 0;             // likewise
  std::int64_t accounts_left = 0;      // that left at least once
  std::vector<LearnedWeight> actions;  // in the definition's order

  /// How much the weights are to be believed, against those people set: 1 from 50 accounts that
  /// left on.
  double belief() const;
};

inline constexpr std::int64_t kFewestToLearn = 20;  // accounts that left, and that stayed

/// Too few accounts left, or stayed, to learn anything.
struct TooFewToLearn {
  std::int64_t accounts_left = 0;
  std::int64_t accounts_stayed = 0;
};

/// The moments a teacher looks at, of what was known at the end of `day`; by account, then day.
///
/// Silence: accounts with activity in their window, weekly over three years, where the 30 days
/// after had passed; of very many accounts every n-th. Loyalty: on `day`, accounts active for 180
/// days and with a habit in the top quartile of the active ones stayed; those whose last activity
/// was 30 to 1,125 days before left, each on its last active day.
std::vector<Moment> moments_of(Teacher teacher, const ScoredActivity& activity, Day day,
                               const Cores& cores);

/// Learns what the actions of `definition` are worth: ridge logistic regression of staying, weights
/// not negative, on the very points each would earn. Actions that are worth something in fewer than
/// nine of ten draws of accounts are left out, the least sure first, until all that are left can be
/// relied on. Those behind the first `scored` are events nobody scores. The more are tried, the
/// likelier one fits by chance: n of them must be worth something in 1 − 0.1/n of the draws. And
/// whatever an account does says how lively it is: they must be worth it beside `active_days` (of
/// each moment), too.
std::variant<LearnedWeights, TooFewToLearn> learn_weights(const Observations& observations,
                                                          const std::vector<Moment>& moments,
                                                          std::size_t scored,
                                                          const std::vector<float>& active_days,
                                                          const Cores& cores);

/// On how many of the 30 days of each moment its account was active.
std::vector<float> active_days_on(const ScoredActivity& activity,
                                  const std::vector<Moment>& moments, const Cores& cores);

/// Of the moments with an action in their window, and of those without, how many left.
struct SignalRates {
  SilenceCount with;
  SilenceCount without;

  double coverage() const;
  /// How many times as often those without it leave; none where that is not to be said.
  std::optional<double> lift() const;
};

/// The rates of each action that was observed.
std::vector<SignalRates> signal_rates(const Observations& observations);

}  // namespace tidemark
