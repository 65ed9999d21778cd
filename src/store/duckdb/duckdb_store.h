#pragma once

#include <filesystem>
#include <memory>

#include "store/store.h"
#include "store/store_access.h"

namespace tidemark {

/// Opens the workspace's DuckDB file, made if absent, and brings its tables up to date. For
/// `StoreAccess::reads` nothing is written: it fails where the tables are of an older version.
///
/// After a failed write the file is closed and opened again with the next call; until then calls
/// fail with `unavailable`. Views of one moment that were made before fail to their end.
///
/// Fails with `unavailable` when another process holds the file or the disk refuses, with
/// `conflict` when a newer Tidemark wrote it, and with `corrupt_data` when it is damaged or lacks
/// acknowledged changes.
Result<std::unique_ptr<Store>> open_duckdb_store(
    const std::filesystem::path& file, StoreAccess access = StoreAccess::reads_and_writes);

}  // namespace tidemark
