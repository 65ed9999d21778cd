#include "evidence/silence_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace tidemark {
namespace {

constexpr int kMonthDays = 28;
constexpr int kShiftDays = 120;
constexpr int kSimilarDays = 365;
constexpr double kSimilarLogOdds = 0.5;
constexpr std::ptrdiff_t kFewestSimilar = 20;
constexpr std::ptrdiff_t kMostSimilar = 100;
constexpr std::int64_t kLeastOfEach = 40;
constexpr std::size_t kMostSnapshots = 200'000;
constexpr double kRidge = 1;

using Features = std::array<float, kSilenceSigns>;

Features features_of(const SilenceSigns& signs) {
  const auto log = [](double days) { return static_cast<float>(std::log1p(days)); };
  return {log(static_cast<double>(signs.habit_milli_days) / 1000), log(signs.tenure_days),
          log(signs.silent_days)};
}

}  // namespace

std::variant<SilenceModel, SilenceModel::TooFew> SilenceModel::fit(const ScoredActivity& activity,
                                                                   Day day, const Cores& cores) {
  const std::vector<Day> days = weeks_with_outcome(activity, day);
  const std::size_t step = 1 + activity.accounts() * days.size() / kMostSnapshots;
  auto snapshots = silence_snapshots(activity, every_account(activity, step), days, cores);
  // Sums of fractions depend on their order, which is not to depend on how accounts are numbered.
  std::ranges::sort(snapshots, {}, [](const SilenceSnapshot& snapshot) {
    const SilenceSigns& signs = snapshot.signs;
    return std::tuple(snapshot.day, signs.habit_milli_days, signs.tenure_days, signs.silent_days,
                      snapshot.left);
  });
  SilenceModel fitted;
  fitted.left_ = std::ranges::count_if(snapshots, &SilenceSnapshot::left);
  fitted.stayed_ = std::ssize(snapshots) - fitted.left_;
  if (fitted.left_ < kLeastOfEach || fitted.stayed_ < kLeastOfEach) {
    return TooFew{fitted.left_, fitted.stayed_};
  }
  Observations observations;
  observations.features = kSilenceSigns;
  observations.values.reserve(snapshots.size() * kSilenceSigns);
  observations.outcome.reserve(snapshots.size());
  for (const SilenceSnapshot& snapshot : snapshots) {
    const Features features = features_of(snapshot.signs);
    observations.values.insert(observations.values.end(), features.begin(), features.end());
    observations.outcome.push_back(snapshot.left ? 1 : 0);
  }
  fitted.model_ = fit_logistic(observations, kRidge, cores);

  std::vector<double> recent;
  std::vector<std::uint8_t> recent_outcome;
  for (std::size_t at = 0; at < snapshots.size(); ++at) {
    const Day when = snapshots[at].day;
    if (when <= day - kSilentDays - kSimilarDays) continue;
    const double log_odds = fitted.model_.log_odds(observations.row(at));
    // A month apart: of an account's snapshots a week apart each says nearly the same.
    if ((day - kSilentDays - when) % kMonthDays == 0) {
      fitted.known_.push_back({log_odds, snapshots[at].left});
    }
    if (when <= day - kSilentDays - kShiftDays) continue;
    recent.push_back(log_odds);
    recent_outcome.push_back(observations.outcome[at]);
  }
  fitted.shift_ = fit_shift(recent, recent_outcome);
  for (Known& known : fitted.known_) known.log_odds += fitted.shift_;
  std::ranges::sort(fitted.known_, {},
                    [](const Known& known) { return std::pair(known.log_odds, known.left); });
  return fitted;
}

double SilenceModel::log_odds(const SilenceSigns& signs) const {
  const auto of_signs = parts(signs);
  return std::accumulate(of_signs.begin(), of_signs.end(), base());
}

std::array<double, kSilenceSigns> SilenceModel::parts(const SilenceSigns& signs) const {
  const Features features = features_of(signs);
  std::array<double, kSilenceSigns> parts{};
  for (std::size_t at = 0; at < kSilenceSigns; ++at) {
    parts[at] = model_.part(at, double{features[at]});
  }
  return parts;
}

SilenceRate SilenceModel::of_similar(const SilenceSigns& signs) const {
  const double asked = log_odds(signs);
  const auto place = [&](double at) {
    return std::ranges::lower_bound(known_, at, {}, &Known::log_odds) - known_.begin();
  };
  const std::ptrdiff_t alike = place(asked + kSimilarLogOdds) - place(asked - kSimilarLogOdds);
  const std::ptrdiff_t count =
      std::min(std::clamp(alike, kFewestSimilar, kMostSimilar), std::ssize(known_));
  // The nearest lie side by side: the stretch of that length whose ends are least far away.
  std::ptrdiff_t first = std::max<std::ptrdiff_t>(place(asked) - count, 0);
  const auto at = [&](std::ptrdiff_t index) {
    return std::abs(known_[static_cast<std::size_t>(index)].log_odds - asked);
  };
  while (first + count < std::ssize(known_) && at(first + count) < at(first)) ++first;
  const std::span similar =
      std::span(known_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  return silence_rate(std::ranges::count_if(similar, &Known::left), count);
}

}  // namespace tidemark
