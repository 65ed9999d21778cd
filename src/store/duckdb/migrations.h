#pragma once

#include "store/duckdb/database.h"

namespace tidemark::duck {

/// Brings the tables up to date: each numbered file of `migrations/` that was not applied yet, one
/// transaction each. Fails with `conflict` when the file was written by a newer Tidemark.
Result<void> migrate(Connection& connection);

}  // namespace tidemark::duck
