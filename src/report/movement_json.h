#pragma once

#include "score/movement.h"
#include "wire/json.h"

namespace tidemark {

/// Where accounts went between two days, and the first `most` of those who moved.
Json movement_json(const Movement& movement, std::size_t most = ~std::size_t{0});

}  // namespace tidemark
