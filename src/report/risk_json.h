#pragma once

#include "score/risk_report.h"
#include "wire/json.h"

namespace tidemark {

/// Who is likely to leave, and what the likelihood is made of.
Json risk_json(const RiskReport& report);

}  // namespace tidemark
