#pragma once

#include <string>
#include <vector>

#include "store/store.h"
#include "wire/json.h"

namespace tidemark {

/// Events that arrived live, for a listing: `{"events": [...], "last_batch": 7}`.
Result<Json> arrivals_json(Store& store, std::uint64_t after_batch, int limit);

/// What was refused, newest first: `{"rejects": [...]}`, and how often for which reason.
Result<Json> refusals_json(Store& store, int limit);

}  // namespace tidemark
