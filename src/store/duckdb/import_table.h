#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"
#include "model/import.h"
#include "store/duckdb/database.h"

namespace tidemark::duck {

Result<std::optional<Import>> import_of_content(Connection& connection, const std::string& content);
Result<std::vector<Import>> imports(Connection& connection);
Result<std::uint32_t> next_import_number(Connection& connection);
Result<std::optional<Import>> last_import(Connection& connection);

/// Writes the import as it stands, and the rejects that came with this part of it. Within the
/// caller's transaction.
Result<void> save_import(Connection& connection, const Import& import,
                         const std::vector<Reject>& rejects);

Result<void> forget_import(Connection& connection, std::uint32_t number);
Result<std::vector<std::string>> unfinished_imports(Connection& connection);

Result<void> read_rejects(Connection& connection, std::uint32_t import,
                          const std::function<void(const Reject&)>& sink);

}  // namespace tidemark::duck
