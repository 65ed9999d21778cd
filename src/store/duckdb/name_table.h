#pragma once

#include <string>
#include <vector>

#include "store/duckdb/database.h"

namespace tidemark::duck {

enum class NameTable { account, event_name };

/// All names of the table, by number.
Result<std::vector<std::string>> read_names(Connection& connection, NameTable table);

/// Appends names, numbered on from those there.
Result<void> append_names(Connection& connection, NameTable table,
                          const std::vector<std::string>& names);

}  // namespace tidemark::duck
