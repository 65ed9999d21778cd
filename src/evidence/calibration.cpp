#include "evidence/calibration.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/sort/spreadsort/integer_sort.hpp>

#include "base/whole_root.h"
#include "evidence/risk_crossing.h"
#include "evidence/silence.h"
#include "scoring/window.h"

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
        has_standing_(activity.level_rules().by != LevelsBy::churn) {
    for (int back = kSilentDays; back < kSilentDays + kLookBackDays; back += 7) {
      weekly_.push_back({day - back, &AccountSampler::take_snapshot});
    }
    for (int back = 0; back < 28; back += 7) {
      weekly_.push_back({day - back, &AccountSampler::take_pool});
    }
    std::ranges::sort(weekly_, {}, &Look::day);
  }

  void sample(AccountNumber account) {
    const auto first_day = activity_.first_day(account);
    const auto settled_from = activity_.settled_from(account);
    // Only settled accounts calibrate.
    if (!first_day || !settled_from || *settled_from > day_) return;
    SlidingWindow window = SlidingWindow::over(activity_, account, {first_, day_}, account_days_);
    if (account_days_.active.empty()) return;
    find_looks();
    next_active_ = 0;
    for (const Look& look : looks_) {
      if (look.day < *settled_from) continue;
      const Window& on_day = window.move_to(look.day);
      if (on_day.engaged_days == 0) continue;
      if (const auto points = (has_standing_ ? on_day.points() : on_day.earned).milli) {
        (this->*look.take)(look.day, points);
      }
    }
  }

  CalibrationSamples samples;

 private:
  /// A day to look at an account, and what for.
  struct Look {
    Day day;
    void (AccountSampler::*take)(Day day, std::int64_t points);
  };

  /// Weekly ones, and the churn days; by day.
  void find_looks() {
    looks_ = weekly_;
    const auto& active = account_days_.active;
    for (std::size_t at = 0; at < active.size(); ++at) {
      const Day day = active[at].day;
      if (day < first_) continue;
      if (day > day_ - kSilentDays) break;
      if (at + 1 == active.size() || active[at + 1].day > day + kSilentDays) {
        looks_.push_back({day, &AccountSampler::take_churned});
      }
    }
    if (looks_.size() > weekly_.size()) std::ranges::sort(looks_, {}, &Look::day);
  }

  void take_churned(Day, std::int64_t points) { samples.churned.push_back(points); }

  void take_snapshot(Day day, std::int64_t points) {
    const auto& active = account_days_.active;
    while (next_active_ < active.size() && active[next_active_].day <= day) ++next_active_;
    const bool returns =
        next_active_ < active.size() && active[next_active_].day <= day + kSilentDays;
    (returns ? samples.stayed : samples.left).push_back(points);
  }

  void take_pool(Day day, std::int64_t points) {
    samples.pool.push_back(points);
    if (day == day_) samples.engaged.push_back(points);
  }

  const ScoredActivity& activity_;
  Day day_;
  Day first_;          // of detections and snapshots
  bool has_standing_;  // by churn the cuts are those of what was earned alone
  AccountDays account_days_;
  std::vector<Look> weekly_;  // of every account
  std::vector<Look> looks_;   // of this one
  std::size_t next_active_ = 0;
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
  CalibrationSamples samples;
  for (const AccountSampler& sampler : samplers) samples.add(sampler.samples);
  return samples;
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
