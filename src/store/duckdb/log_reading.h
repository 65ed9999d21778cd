#pragma once

#include "store/duckdb/database.h"
#include "store/store.h"

namespace tidemark::duck {

/// See `Store::read_log`. Within the caller's transaction, so that all of it is of one moment.
Result<void> read_log(Connection& connection, std::uint32_t import,
                      const std::function<bool(LogPart)>& sink);

}  // namespace tidemark::duck
