#include "evidence/learned_weights.h"

#include <algorithm>
#include <numeric>

#include "evidence/silence.h"

namespace tidemark {
namespace {

constexpr int kLookBackDays = 3 * 365;
constexpr std::size_t kMostAccountDays = 2'000'000;  // active or not
constexpr std::size_t kMostMoments = 60'000;
constexpr int kLoyalTenure = 180;
constexpr double kRidge = 1;
constexpr int kDraws = 200;
constexpr std::uint64_t kSeed = 20'231'119;
constexpr double kStable = 0.9;
constexpr double kHopeless = 0.5;
constexpr double kBelievedFrom = 50;

std::vector<Moment> silence_moments(const ScoredActivity& activity, Day day, const Cores& cores) {
  const std::vector<Day> days = weeks_with_outcome(activity, day);
  const std::size_t step = 1 + activity.accounts() * days.size() / kMostAccountDays;
  const auto snapshots = silence_snapshots(activity, every_account(activity, step), days, cores);
  const std::size_t thinner = step * (1 + snapshots.size() / kMostMoments);
  std::vector<Moment> moments;
  for (const SilenceSnapshot& snapshot : snapshots) {
    if (snapshot.account % thinner != 0) continue;
    moments.push_back({snapshot.account, snapshot.day, !snapshot.left});
  }
  return moments;
}

std::vector<Moment> loyalty_moments(const ScoredActivity& activity, Day day, const Cores& cores) {
  const auto today = silence_snapshots(activity, every_account(activity), {day}, cores);
  std::vector<Moment> moments;
  if (!today.empty()) {
    std::vector<std::int64_t> habits;
    for (const SilenceSnapshot& snapshot : today) habits.push_back(snapshot.signs.habit_milli_days);
    const auto quartile = habits.begin() + (std::ssize(habits) - 1) * 3 / 4;
    std::ranges::nth_element(habits, quartile);
    for (const SilenceSnapshot& snapshot : today) {
      if (snapshot.signs.tenure_days >= kLoyalTenure &&
          snapshot.signs.habit_milli_days >= *quartile) {
        moments.push_back({snapshot.account, day, true});
      }
    }
  }
  for (const ChurnEpisode& episode :
       churn_episodes(activity, {day - kLookBackDays, day}, day, cores)) {
    if (!episode.returned) moments.push_back({episode.account, episode.churned, false});
  }
  std::ranges::sort(moments, {},
                    [](const Moment& moment) { return std::pair(moment.account, moment.day); });
  return moments;
}

/// Actions that are still looked at, and what is known of each.
class Elimination {
 public:
  Elimination(const Observations& observations, const std::vector<Moment>& moments,
              std::size_t scored, const Cores& cores)
      : cores_(cores), found_(observations.features), observations_(observations) {
    const std::size_t tried = observations.features - scored;
    needed_.assign(observations.features, kStable);
    for (std::size_t at = scored; at < needed_.size(); ++at) {
      needed_[at] = 1 - (1 - kStable) / static_cast<double>(tried);
    }
    for (const Moment& moment : moments) group_.push_back(moment.account);
    kept_.resize(observations.features);
    std::iota(kept_.begin(), kept_.end(), std::size_t{0});
  }

  /// Leaves actions out before anything is learned, with what is known of them.
  void leave_out(const std::vector<std::pair<std::size_t, LearnedWeight>>& actions) {
    std::vector<bool> goes(found_.size());
    for (const auto& [action, found] : actions) {
      found_[action] = found;
      goes[action] = true;
    }
    leave_out_those([&](std::size_t action) { return goes[action]; });
  }

  std::vector<LearnedWeight> learn() {
    while (!kept_.empty()) {
      fit();
      if (!leave_out_least_sure()) break;
    }
    return found_;
  }

 private:
  void fit() {
    const LogisticModel model = fit_logistic(observations_, kRidge, cores_, Weights::not_negative);
    const auto draws = redraw_weights(observations_, group_, model, kRidge, Weights::not_negative,
                                      kDraws, Random(kSeed), cores_);
    std::vector<double> of_action(draws.size());
    for (std::size_t at = 0; at < kept_.size(); ++at) {
      const LogisticModel::Term& term = model.terms[at];
      const double per_point = term.spread == 0 ? 0 : 1 / term.spread;
      for (std::size_t draw = 0; draw < draws.size(); ++draw) {
        of_action[draw] = draws[draw][at] * per_point;
      }
      std::ranges::sort(of_action);
      const auto above = std::ranges::count_if(of_action, [](double weight) { return weight > 0; });
      found_[kept_[at]] = {term.weight * per_point, of_action[of_action.size() / 40],
                           of_action[of_action.size() - 1 - of_action.size() / 40],
                           static_cast<double>(above) / static_cast<double>(draws.size())};
    }
  }

  /// False when every action can be relied on. Those that are hardly ever worth anything go
  /// together, others one by one: without it another may be sure.
  bool leave_out_least_sure() {
    const auto stability = [&](std::size_t action) { return found_[action].stability; };
    std::vector<std::size_t> unsure;
    std::ranges::copy_if(kept_, std::back_inserter(unsure),
                         [&](std::size_t action) { return stability(action) < needed_[action]; });
    if (unsure.empty()) return false;
    const std::size_t least = *std::ranges::min_element(unsure, {}, stability);
    const bool is_hopeless = stability(least) < kHopeless;
    const auto goes = [&](std::size_t action) {
      return is_hopeless ? stability(action) < kHopeless : action == least;
    };
    leave_out_those(goes);
    return true;
  }

  template <class Goes>
  void leave_out_those(const Goes& goes) {
    for (const std::size_t action : kept_) {
      if (goes(action)) found_[action].weight = 0;
    }
    std::size_t to = 0;
    for (std::size_t at = 0; at < observations_.values.size(); ++at) {
      if (!goes(kept_[at % kept_.size()])) observations_.values[to++] = observations_.values[at];
    }
    observations_.values.resize(to);
    std::erase_if(kept_, goes);
    observations_.features = kept_.size();
  }

  const Cores& cores_;
  std::vector<std::uint32_t> group_;  // of each moment: its account
  std::vector<std::size_t> kept_;
  std::vector<LearnedWeight> found_;  // of each action
  std::vector<double> needed_;        // stability, likewise
  Observations observations_;         // of those that are kept
};

/// The observations with one more feature in front.
Observations with_feature(const Observations& observations, const std::vector<float>& feature) {
  Observations more{observations.features + 1, {}, observations.outcome};
  more.values.reserve(more.features * more.size());
  for (std::size_t at = 0; at < observations.size(); ++at) {
    const auto row = observations.row(at);
    more.values.push_back(feature[at]);
    more.values.insert(more.values.end(), row.begin(), row.end());
  }
  return more;
}

/// The actions nobody scores that are worth nothing beside how lively accounts are.
std::vector<std::pair<std::size_t, LearnedWeight>> mere_liveliness(
    const Observations& observations, const std::vector<Moment>& moments, std::size_t scored,
    const std::vector<float>& active_days, const Cores& cores) {
  std::vector<std::pair<std::size_t, LearnedWeight>> actions;
  if (scored == observations.features) return actions;
  const auto beside =
      Elimination(with_feature(observations, active_days), moments, scored + 1, cores).learn();
  for (std::size_t action = scored; action < observations.features; ++action) {
    if (beside[action + 1].weight == 0) actions.emplace_back(action, beside[action + 1]);
  }
  return actions;
}

}  // namespace

std::vector<float> active_days_on(const ScoredActivity& activity,
                                  const std::vector<Moment>& moments, const Cores& cores) {
  constexpr std::size_t kMomentsPerRange = 1024;
  std::vector<float> days(moments.size());
  cores.for_ranges(
      moments.size(), kMomentsPerRange, [&](std::size_t first, std::size_t last, unsigned) {
        std::vector<ActiveDay> active;
        for (std::size_t at = first; at < last; ++at) {
          const Day day = moments[at].day;
          activity.active_days(moments[at].account, activity.window_until(day), active);
          days[at] = static_cast<float>(active.size());
        }
      });
  return days;
}

double LearnedWeights::belief() const {
  return std::min(1.0, static_cast<double>(accounts_left) / kBelievedFrom);
}

std::vector<Moment> moments_of(Teacher teacher, const ScoredActivity& activity, Day day,
                               const Cores& cores) {
  if (activity.days().length() == 0) return {};
  return teacher == Teacher::silence ? silence_moments(activity, day, cores)
                                     : loyalty_moments(activity, day, cores);
}

std::variant<LearnedWeights, TooFewToLearn> learn_weights(const Observations& observations,
                                                          const std::vector<Moment>& moments,
                                                          std::size_t scored,
                                                          const std::vector<float>& active_days,
                                                          const Cores& cores) {
  CHECK(scored <= observations.features);
  std::vector<AccountNumber> left;
  std::vector<AccountNumber> stayed;
  for (const Moment& moment : moments) {
    auto& accounts = moment.stayed ? stayed : left;
    if (accounts.empty() || accounts.back() != moment.account) accounts.push_back(moment.account);
  }
  if (std::ssize(left) < kFewestToLearn || std::ssize(stayed) < kFewestToLearn) {
    return TooFewToLearn{std::ssize(left), std::ssize(stayed)};
  }
  LearnedWeights learned;
  Elimination elimination(observations, moments, scored, cores);
  elimination.leave_out(mere_liveliness(observations, moments, scored, active_days, cores));
  learned.actions = elimination.learn();
  learned.stayed = std::ranges::count(moments, true, &Moment::stayed);
  learned.left = std::ssize(moments) - learned.stayed;
  learned.accounts_left = std::ssize(left);
  return learned;
}

double SignalRates::coverage() const {
  const auto all = with.all + without.all;
  return all == 0 ? 0 : static_cast<double>(with.all) / static_cast<double>(all);
}

std::optional<double> SignalRates::lift() const {
  if (with.left == 0 || without.all == 0) return std::nullopt;
  return without.rate().share / with.rate().share;
}

std::vector<SignalRates> signal_rates(const Observations& observations) {
  std::vector<SignalRates> rates(observations.features);
  for (std::size_t at = 0; at < observations.size(); ++at) {
    const auto row = observations.row(at);
    for (std::size_t action = 0; action < rates.size(); ++action) {
      (row[action] > 0 ? rates[action].with : rates[action].without)
          .add(observations.outcome[at] == 0);
    }
  }
  return rates;
}

}  // namespace tidemark
