#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/calibration.h"
#include "wire/json.h"

namespace tidemark {

/// Writes a calibration as JSON: `day`, the sample sizes, `basis`, and unless that is "too few
/// accounts" `reference`, `low_cut` and `high_cut` in milli-points and `high_guard`.
Json calibration_json(const Calibration& calibration);

/// Writes how many left of how many, with the share and its interval.
Json rate_json(const SilenceRate& rate);

/// Writes evidence; reads it back.
Json evidence_json(const CalibrationEvidence& evidence);
Result<CalibrationEvidence> parse_evidence(std::string_view json);

/// Reads what `calibration_json` writes. `reference`, `low_cut` and `high_cut` are needed together
/// or not at all.
Result<Calibration> parse_calibration(std::string_view json, std::string_view source);

}  // namespace tidemark
