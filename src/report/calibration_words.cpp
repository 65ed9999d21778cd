#include "report/calibration_words.h"

#include <fmt/format.h>

#include "base/check.h"
#include "report/words.h"

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

std::string level_words(const Definition& definition, const std::optional<Calibration>& in_force) {
  const LevelRules& levels = definition.levels;
  const std::string reference =
      definition.fixed_reference
          ? fmt::format("{} points are shown as 50", readable_points(*definition.fixed_reference))
      : in_force && in_force->cuts
          ? fmt::format("a typical engaged account has {} points and is shown as 50 (as of {})",
                        readable_points(in_force->cuts->reference), readable_day(in_force->day))
          : std::string();
  const bool has_reference = !reference.empty();
  std::string waits =
      "No cuts yet: levels begin with the first month-end at which 20 accounts are engaged and "
      "settled.";
  switch (levels.by) {
    case LevelsBy::churn:
      return in_force ? cut_words(*in_force) : waits;
    case LevelsBy::bands:
      if (!has_reference) return waits;
      return fmt::format("On the scale of 0–10, low is 0–{}, medium {}–{}, high {}–10; {}.",
                         levels.low_band, levels.low_band + 1, levels.medium_band,
                         levels.medium_band + 1, reference);
    case LevelsBy::fixed:
      return fmt::format("By fixed cuts low is up to {} points, high above {}{}.",
                         readable_points(levels.fixed_low), readable_points(levels.fixed_high),
                         has_reference ? "; " + reference : "");
  }
  check_failed("levels by nothing");
}

std::string doubt_words(const Calibration& calibration, const CalibrationEvidence& evidence) {
  if (evidence.is_certain(*calibration.cuts)) return "";
  std::string words = "These cuts are uncertain: ";
  if (!evidence.low_earns_its_name()) {
    words += evidence.low.all == 0
                 ? "nobody was low long enough to tell whether low means risk"
                 : fmt::format(
                       "accounts in low went silent {} of the time, those above {}, which "
                       "is less than twice as often",
                       percent(evidence.low.share), percent(evidence.above_low.share));
    if (!evidence.cuts_are_narrow(*calibration.cuts)) words += "; ";
  }
  if (!evidence.cuts_are_narrow(*calibration.cuts)) {
    words += "with other accounts of the same kind a cut might lie elsewhere by more than itself";
  }
  return words + ".";
}

std::string separation_words(const CalibrationEvidence& evidence) {
  if (evidence.low.all == 0 || evidence.above_low.all == 0) return "";
  const std::string rates = fmt::format(
      "In the 120 days before the cuts were made, accounts in low went silent {} of the "
      "time, the others {}",
      percent(evidence.low.share), percent(evidence.above_low.share));
  if (evidence.above_low.left == 0) return rates + ".";
  return fmt::format("{} ({:.1f} times as often).", rates,
                     evidence.low.share / evidence.above_low.share);
}

}  // namespace tidemark
