#include "evidence/calibration.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/sort/spreadsort/integer_sort.hpp>

#include "base/whole_root.h"
#include "evidence/risk_crossing.h"
#include "evidence/silence.h"
#include "scoring/running_sums.h"

namespace tidemark {
namespace {

constexpr int kLookBackDays = 120;  // of detections and snapshots
constexpr std::size_t kLeastEngaged = 20;
constexpr std::size_t kLeastEpisodes = 3;

/// The element at p = numerator / denominator of n ordered values: the one numbered floor((n - 1) *
/// p) from 0.
std::int64_t quantile(const std::vector<std::int64_t>& ordered, std::size_t numerator,
                      std::size_t denominator) {
  return ordered[(ordered.size() - 1) * numerator / denominator];
}

/// Takes the samples of one account after the other; one per thread.
class AccountSampler {
 public:
  AccountSampler(const ScoredActivity& activity, Day day)
      : activity_(activity),
        day_(day),
        first_(day - kSilentDays - kLookBackDays + 1),
        adds_standing_(activity.level_rules().by != LevelsBy::churn),
        sums_(activity, {first_ - std::max(activity.window_days(), kSilentDays), day}) {}

  void sample(AccountNumber account) {
    const auto first_day = activity_.first_day(account);
    const auto settled_from = activity_.settled_from(account);
    // Only settled accounts calibrate.
    if (!first_day || !settled_from || *settled_from > day_) return;
    if (!sums_.read(account)) return;
    account_ = account;
    settled_from_ = *settled_from;
    sample_churn();
    sample_snapshots();
    sample_pool();
  }

  CalibrationSamples samples;

 private:
  /// The points of a day on which the account may calibrate: settled, engaged; else 0.
  std::int64_t points_on(Day day) {
    if (day < settled_from_) return 0;
    const Window window = sums_.window(day);
    if (window.engaged_days == 0) return 0;
    if (!adds_standing_) return window.earned.milli;
    return SlidingWindow::over(activity_, account_, {day, day}, account_days_)
        .move_to(day)
        .points()
        .milli;
  }

  bool is_silent_after(Day day) const {
    return sums_.active_days({day + 1, day + kSilentDays}) == 0;
  }

  void sample_churn() {
    for (Day day = first_; day <= day_ - kSilentDays; day = day + 1) {
      if (!is_silent_after(day) || sums_.active_days({day, day}) == 0) continue;
      if (const auto points = points_on(day)) samples.churned.push_back(points);
    }
  }

  void sample_snapshots() {
    for (int back = kSilentDays; back < kSilentDays + kLookBackDays; back += 7) {
      const Day day = day_ - back;
      // Who churned before cannot leave again, though a longer window still holds points.
      if (sums_.active_days({day - (kSilentDays - 1), day}) == 0) continue;
      if (const auto points = points_on(day)) {
        (is_silent_after(day) ? samples.left : samples.stayed).push_back(points);
      }
    }
  }

  void sample_pool() {
    for (int back = 0; back < 28; back += 7) {
      if (const auto points = points_on(day_ - back)) {
        samples.pool.push_back(points);
        if (back == 0) samples.engaged.push_back(points);
      }
    }
  }

  const ScoredActivity& activity_;
  Day day_;
  Day first_;           // of detections and snapshots
  bool adds_standing_;  // by churn the cuts are those of what was earned alone
  RunningSums sums_;
  AccountNumber account_ = 0;
  Day settled_from_;
  AccountDays account_days_;
};

struct LowCut {
  std::int64_t milli_points;
  CutBasis basis;
};

LowCut low_cut_of(const CalibrationSamples& ordered) {
  const std::optional<double> crossing = risk_crossing(ordered.left, ordered.stayed);
  std::optional<std::int64_t> median;
  if (ordered.churned.size() >= kLeastEpisodes) median = quantile(ordered.churned, 1, 2);
  if (!crossing && !median) return {quantile(ordered.pool, 2, 5), CutBasis::typical};
  if (!crossing) return {*median, CutBasis::churned_median};
  if (!median) return {std::llrint(*crossing), CutBasis::risk_crossing};
  const auto episodes = static_cast<double>(ordered.churned.size());
  const double weight = episodes / (episodes + 20);
  const double blend = std::exp(weight * std::log(*crossing) +
                                (1 - weight) * std::log(static_cast<double>(*median)));
  return {std::llrint(blend), CutBasis::churn};
}

struct HighCut {
  std::int64_t milli_points;
  HighGuard guard;
};

/// Tukey's upper fence on the square-root scale, held by guards where it is empty, crowded or too
/// near the low cut.
HighCut high_cut_of(const std::vector<std::int64_t>& ordered, std::int64_t low_cut) {
  const auto milli_root = [&](std::size_t quarter) {
    const auto points = static_cast<std::uint64_t>(quantile(ordered, quarter, 4));
    return static_cast<std::int64_t>(whole_root(Wide{points} * 1'000'000));
  };
  // Never negative: q3 is at least q1.
  const std::int64_t root = (5 * milli_root(3) - 3 * milli_root(1)) / 2;
  const auto wide_root = static_cast<Wide>(root);
  HighCut high{static_cast<std::int64_t>(wide_root * wide_root / 1'000'000), HighGuard::fence};
  const auto above = static_cast<std::size_t>(ordered.end() -
                                              std::ranges::upper_bound(ordered, high.milli_points));
  if (above == 0) {
    high = {quantile(ordered, 95, 100), HighGuard::percentile_95};
  } else if (above * 100 > 15 * ordered.size()) {
    high = {quantile(ordered, 85, 100), HighGuard::percentile_85};
  }
  const std::int64_t least = low_cut + low_cut / 4;
  return high.milli_points >= least ? high : HighCut{least, HighGuard::low_cut_and_quarter};
}

}  // namespace

void CalibrationSamples::add(const CalibrationSamples& others) {
  churned.insert(churned.end(), others.churned.begin(), others.churned.end());
  left.insert(left.end(), others.left.begin(), others.left.end());
  stayed.insert(stayed.end(), others.stayed.begin(), others.stayed.end());
  pool.insert(pool.end(), others.pool.begin(), others.pool.end());
  engaged.insert(engaged.end(), others.engaged.begin(), others.engaged.end());
}

CalibrationSamples take_samples(const ScoredActivity& activity, Day day, const Cores& cores) {
  constexpr std::size_t kAccountsPerRange = 256;
  std::vector<AccountSampler> samplers(cores.threads(), AccountSampler(activity, day));
  cores.for_ranges(activity.accounts(), kAccountsPerRange,
                   [&](std::size_t first, std::size_t last, unsigned thread) {
                     for (std::size_t account = first; account < last; ++account) {
                       samplers[thread].sample(static_cast<AccountNumber>(account));
                     }
                   });
  CalibrationSamples samples = std::move(samplers.front().samples);
  for (std::size_t thread = 1; thread < samplers.size(); ++thread) {
    samples.add(samplers[thread].samples);
  }
  return samples;
}

CalibrationSamples take_samples_of(const ScoredActivity& activity, Day day,
                                   const std::vector<AccountNumber>& accounts) {
  AccountSampler sampler(activity, day);
  for (const AccountNumber account : accounts) sampler.sample(account);
  return std::move(sampler.samples);
}

std::vector<CalibrationSamples> take_samples_by_account(
    const ScoredActivity& activity, Day day, const std::vector<AccountNumber>& accounts) {
  std::vector<CalibrationSamples> samples;
  AccountSampler sampler(activity, day);
  for (const AccountNumber account : accounts) {
    sampler.sample(account);
    if (!sampler.samples.is_empty()) samples.push_back(std::exchange(sampler.samples, {}));
  }
  return samples;
}

Calibration calibrate(Day day, CalibrationSamples samples) {
  for (auto* sample :
       {&samples.churned, &samples.left, &samples.stayed, &samples.pool, &samples.engaged}) {
    boost::sort::spreadsort::integer_sort(sample->begin(), sample->end());
  }
  Calibration calibration;
  calibration.day = day;
  calibration.churn_episodes = std::ssize(samples.churned);
  calibration.snapshots_left = std::ssize(samples.left);
  calibration.snapshots_stayed = std::ssize(samples.stayed);
  calibration.engaged_accounts = std::ssize(samples.engaged);
  if (samples.engaged.size() < kLeastEngaged) return calibration;

  const LowCut low = low_cut_of(samples);
  const HighCut high = high_cut_of(samples.pool, low.milli_points);
  calibration.basis = low.basis;
  calibration.high_guard = high.guard;
  calibration.cuts = Cuts{Points{quantile(samples.engaged, 1, 2)}, Points{low.milli_points},
                          Points{high.milli_points}};
  return calibration;
}

}  // namespace tidemark
