#pragma once

#include "evidence/calibration_evidence.h"
#include "score/loaded_activity.h"
#include "score/published_rules.h"
#include "score/what_moves.h"

namespace tidemark {

/// A calibration with what it rests on, beside the one before it.
struct CalibrationReport {
  Calibration calibration;
  bool is_published = false;
  LevelsBy levels_by = LevelsBy::churn;  // of its definition; its cuts are in use by churn only
  std::optional<CalibrationEvidence> evidence;  // none without cuts, or not asked for
  std::optional<Calibration> before;            // the one in force until then
  // Ladders of both on the calibration's day; none where either has no cuts.
  std::optional<WhatMoves> moves;
  std::vector<std::string> account_ids;
};

/// Which calibration to report, and how much of it.
struct CalibrationQuery {
  std::optional<Day> day;                // else the last one published
  std::optional<Definition> definition;  // to calibrate under; else what was published
  bool with_evidence = true;             // and with who stands elsewhere
};

/// The published calibration asked for; where there is none for the day, the one that would be made
/// at its end (or at the end of `last_finished`) under the definition asked for, else the
/// workspace's.
Result<CalibrationReport> report_calibration(Store& store, const CalibrationQuery& query,
                                             const Definition& workspace_definition,
                                             Day last_finished, const Cores& cores);

/// What the calibration in force rests on, as the run that published under it worked it out; none
/// where it was not.
Result<std::optional<CalibrationEvidence>> kept_evidence(Store& store, Day calibration);

/// Works out what a calibration with cuts rests on.
CalibrationEvidence evidence_for(const Calibration& calibration, const LoadedActivity& activity,
                                 const ScoredActivity& scored, const Cores& cores);

}  // namespace tidemark
