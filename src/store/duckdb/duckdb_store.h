#pragma once

#include <filesystem>
#include <memory>

#include "store/store.h"

namespace tidemark {

/// Opens the workspace's DuckDB file, made if absent, and brings its tables up to date.
///
/// Fails with `unavailable` when another process holds the file or the disk refuses, and with
/// `conflict` when a newer Tidemark wrote it.
Result<std::unique_ptr<Store>> open_duckdb_store(const std::filesystem::path& file);

}  // namespace tidemark
