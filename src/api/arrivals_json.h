#pragma once

#include <string>
#include <vector>

#include "collect/replay.h"
#include "store/store.h"
#include "wire/json.h"

namespace tidemark {

/// Events that arrived live, for a listing: `{"events": [...], "last_batch": 7}`.
Result<Json> arrivals_json(Store& store, std::uint64_t after_batch, int limit);

/// What was refused, newest first: `{"rejects": [...]}`, and how often for which reason.
Result<Json> refusals_json(Store& store, int limit);

/// How a replay of refusals ended.
Json replay_json(const ReplayOutcome& outcome);

}  // namespace tidemark
