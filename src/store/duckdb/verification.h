#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/duckdb/database.h"

namespace tidemark::duck {

/// Reads every table to the last row, which checks the checksum of each block that is not in memory
/// yet, and holds the tables against each other: what they count, name and refer to. What is wrong,
/// a sentence each; empty if nothing is.
Result<std::vector<std::string>> verify(Connection& connection);

}  // namespace tidemark::duck
