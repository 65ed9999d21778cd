#pragma once

#include "score/movement.h"
#include "wire/json.h"

namespace tidemark {

/// Where accounts went between two days, and who.
Json movement_json(const Movement& movement);

}  // namespace tidemark
