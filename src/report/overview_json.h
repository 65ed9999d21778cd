#pragma once

#include "score/overview.h"
#include "wire/json.h"

namespace tidemark {

/// A published day, with all its moves; the first of them explained.
Json overview_json(const Overview& overview);

}  // namespace tidemark
