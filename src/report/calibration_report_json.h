#pragma once

#include "score/calibration_report.h"
#include "wire/json.h"

namespace tidemark {

/// A calibration with what it rests on, and who stands elsewhere by it.
Json calibration_report_json(const CalibrationReport& report);

}  // namespace tidemark
