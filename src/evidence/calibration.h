#pragma once

#include "model/calibration.h"
#include "scoring/scored_activity.h"

namespace tidemark {

/// The points a calibration rests on (scoring.md §6), in milli-points, in no particular order.
/// Small; samples of disjoint accounts add up to the sample of all of them.
struct CalibrationSamples {
  std::vector<std::int64_t> churned;  // of each churn episode, on its churn day
  std::vector<std::int64_t> left;     // of each weekly snapshot followed by 30 silent days
  std::vector<std::int64_t> stayed;   // of the other snapshots
  std::vector<std::int64_t>
      pool;  // of settled engaged accounts on the day and 7, 14 and 21 days before
  std::vector<std::int64_t> engaged;  // of settled engaged accounts on the day

  void add(const CalibrationSamples& others);
  bool is_empty() const {
    return churned.empty() && left.empty() && stayed.empty() && pool.empty();
  }
};

/// Takes the samples of `day`, using only activity up to it.
CalibrationSamples take_samples(const ScoredActivity& activity, Day day, const Cores& cores);

/// The same of some accounts.
CalibrationSamples take_samples_of(const ScoredActivity& activity, Day day,
                                   const std::vector<AccountNumber>& accounts);

/// The same, account by account in the order given; accounts without samples are left out.
std::vector<CalibrationSamples> take_samples_by_account(const ScoredActivity& activity, Day day,
                                                        const std::vector<AccountNumber>& accounts);

/// The cuts that follow from the samples; none with fewer than 20 engaged accounts. The same for
/// any order of the samples.
Calibration calibrate(Day day, CalibrationSamples samples);

}  // namespace tidemark
