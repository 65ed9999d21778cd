#pragma once

#include <string>

#include "score/learning_report.h"

namespace tidemark {

/// What was learned, and its backtest, as one HTML page that needs nothing else.
std::string learning_page(const LearningReport& report);

}  // namespace tidemark
