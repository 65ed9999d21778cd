#pragma once

#include "model/refusal.h"
#include "store/duckdb/database.h"

namespace tidemark::duck {

/// Keeps refusals, numbered on, and forgets the oldest where there are more than a hundred
/// thousand. Within the caller's transaction.
Result<void> append_refusals(Connection& connection, const std::vector<Refusal>& refusals);

/// The last refusals, newest first.
Result<std::vector<Refusal>> refusals(Connection& connection, int limit);

Result<void> forget_refusals(Connection& connection, const std::vector<std::uint64_t>& numbers);

}  // namespace tidemark::duck
