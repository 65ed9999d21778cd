#pragma once

#include "score/churn_report.h"
#include "wire/json.h"

namespace tidemark {

/// Who left and who came back, the rates of each level, how long accounts stay.
Json churn_json(const ChurnReport& report);

}  // namespace tidemark
