#pragma once

#include "score/learning_report.h"
#include "wire/json.h"

namespace tidemark {

/// What each action should be worth, and how the suggestion did.
Json learning_json(const LearningReport& report);

}  // namespace tidemark
