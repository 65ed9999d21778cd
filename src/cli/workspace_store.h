#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "store/clickhouse/clickhouse_store.h"
#include "store/store.h"
#include "store/store_access.h"

namespace tidemark {

/// The ClickHouse a workspace keeps its store in, as its file `store.url` says; none: a DuckDB file
/// in its folder.
std::optional<std::string> clickhouse_of(const std::filesystem::path& folder);

/// Keeps the store of a new workspace in this ClickHouse from now on, once its tables are made.
/// Fails with `invalid_input` for what is no address of one.
Result<void> keep_in_clickhouse(const std::filesystem::path& folder, const std::string& address);

/// Goes on with the tables of this ClickHouse from now on, whoever made them.
Result<void> use_clickhouse(const std::filesystem::path& folder, const std::string& address);

/// Makes the store of a new workspace.
Result<std::unique_ptr<Store>> make_store(const std::filesystem::path& folder);

/// Opens it; fails with `corrupt_data` where its file is missing. The password of a ClickHouse is
/// TIDEMARK_STORE_PASSWORD, else what the file `store.password` holds.
Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& folder,
                                          Opens opens = Opens::to_change,
                                          StoreAccess access = StoreAccess::reads_and_writes);

std::string store_password(const std::filesystem::path& folder);

std::filesystem::path store_file(const std::filesystem::path& folder);

}  // namespace tidemark
