#include "cli/cut_words.h"

#include <fmt/format.h>

#include "base/check.h"
#include "cli/terminal.h"

namespace tidemark {
namespace {

std::string basis_words(const Calibration& calibration) {
  const std::string churned =
      counted(calibration.churn_episodes, "account that went silent", "accounts that went silent");
  const std::string snapshots = counted(calibration.snapshots_left + calibration.snapshots_stayed,
                                        "weekly snapshot", "weekly snapshots");
  switch (calibration.basis) {
    case CutBasis::churn:
      return fmt::format("The low cut is where the risk of silence turns, from {} and {}", churned,
                         snapshots);
    case CutBasis::risk_crossing:
      return fmt::format("The low cut is where the risk of silence turns, from {}", snapshots);
    case CutBasis::churned_median:
      return fmt::format("The low cut is the median of {}", churned);
    case CutBasis::typical:
      return "Churn says nothing yet, so the low cut is the 40th percentile of engaged accounts";
  }
  check_failed("a basis without words");
}

std::string guard_words(HighGuard guard) {
  switch (guard) {
    case HighGuard::fence:
      return "the high cut is Tukey's fence for outliers";
    case HighGuard::percentile_95:
      return "no account lies beyond the fence for outliers, so the high cut is the 95th "
             "percentile";
    case HighGuard::percentile_85:
      return "too many accounts lie beyond the fence for outliers, so the high cut is the 85th "
             "percentile";
    case HighGuard::low_cut_and_quarter:
      return "the high cut is held at a quarter above the low cut";
  }
  check_failed("a guard without words");
}

}  // namespace

std::string cut_words(const Calibration& calibration) {
  if (!calibration.cuts) {
    return fmt::format(
        "No cuts as of {}: {} is too few for levels (20 are needed).",
        readable_day(calibration.day),
        counted(calibration.engaged_accounts, "engaged account", "engaged accounts"));
  }
  return fmt::format(
      "Low is up to {} points, high above {}; a typical engaged account has {} and is shown as 50 "
      "(cuts of {}). {}; {}.",
      readable_points(calibration.cuts->low), readable_points(calibration.cuts->high),
      readable_points(calibration.cuts->reference), readable_day(calibration.day),
      basis_words(calibration), guard_words(calibration.high_guard));
}

}  // namespace tidemark
