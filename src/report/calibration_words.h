#pragma once

#include <optional>
#include <string>

#include "model/calibration.h"
#include "model/definition.h"

namespace tidemark {

/// The cuts of a calibration and what they rest on, in two sentences.
std::string cut_words(const Calibration& calibration);

/// What divides the levels under a definition and a calibration in force, which may be none.
std::string level_words(const Definition& definition, const std::optional<Calibration>& in_force);

/// Why the cuts are uncertain; empty where they pass their checks.
std::string doubt_words(const Calibration& calibration, const CalibrationEvidence& evidence);

/// How well low separates, in one sentence; empty where no snapshot tells.
std::string separation_words(const CalibrationEvidence& evidence);

}  // namespace tidemark
