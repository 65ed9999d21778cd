#pragma once

#include "score/overview.h"
#include "wire/json.h"

namespace tidemark {

/// A published day, with the first `most` of its moves; the first of them explained.
Json overview_json(const Overview& overview, std::size_t most = ~std::size_t{0});

}  // namespace tidemark
