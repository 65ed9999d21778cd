#pragma once

#include "score/explanation.h"
#include "wire/json.h"

namespace tidemark {

/// The ledger between two days, to the last line.
Json explanation_json(const Explanation& explanation);

}  // namespace tidemark
