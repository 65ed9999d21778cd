#include "score/calibration_report.h"

#include <algorithm>

#include "wire/calibration_json.h"

namespace tidemark {
namespace {

/// The definition a published calibration was made under: that of the first day it was in force.
const Definition& definition_of(const PublishedRules& rules, Day calibration) {
  const auto day =
      std::ranges::find(rules.days(), std::optional(calibration), &PublishedDay::calibration);
  CHECK(day != rules.days().end());  // stored with the days published under it
  return rules.of(*day).definition;
}

const Calibration* last_before(const PublishedRules& rules, Day day) {
  const Calibration* found = nullptr;
  for (const Calibration& calibration : rules.calibrations()) {
    if (calibration.day < day) found = &calibration;
  }
  return found;
}

}  // namespace

Result<std::optional<CalibrationEvidence>> kept_evidence(Store& store, Day calibration) {
  const auto kept = store.evidence_of(calibration);
  if (!kept) return kept.error();
  if (!*kept) return std::optional<CalibrationEvidence>();
  auto evidence = parse_evidence(**kept);
  if (!evidence) return evidence.error();
  return std::optional(*std::move(evidence));
}

CalibrationEvidence evidence_for(const Calibration& calibration, const LoadedActivity& activity,
                                 const ScoredActivity& scored, const Cores& cores) {
  return gather_evidence(calibration,
                         take_samples_by_account(scored, calibration.day, activity.by_id()), cores);
}

Result<CalibrationReport> report_calibration(Store& store, const CalibrationQuery& query,
                                             const Definition& workspace_definition,
                                             Day last_finished, const Cores& cores) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  CalibrationReport report;
  Definition made_under = query.definition.value_or(workspace_definition);
  if (!query.definition) {
    for (const Calibration& calibration : rules->calibrations()) {
      if (query.day && calibration.day != *query.day) continue;
      report.calibration = calibration;
      report.is_published = true;
    }
  }
  if (report.is_published) made_under = definition_of(*rules, report.calibration.day);
  report.levels_by = made_under.levels.by;
  if (report.is_published && !query.with_evidence) return report;
  const auto activity = load_activity(store, made_under, cores);
  if (!activity) return activity.error();
  const ScoredActivity scored = activity->scored(cores);
  if (!report.is_published) {
    const Day asked = query.day.value_or(last_finished);
    report.calibration = calibrate(asked, take_samples(scored, asked, cores));
  }
  if (!report.calibration.cuts || !query.with_evidence) return report;

  report.evidence = evidence_for(report.calibration, *activity, scored, cores);
  if (const Calibration* before = last_before(*rules, report.calibration.day)) {
    report.before = *before;
    const auto levels_under = [&](const Calibration& calibration) {
      return plain_levels(scored, LevelLadder(made_under, calibration.cuts), report.calibration.day,
                          cores);
    };
    report.moves = what_moves(levels_under(*before), levels_under(report.calibration));
  }
  report.account_ids = activity->account_ids;
  return report;
}

}  // namespace tidemark
