#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace tidemark::duck {

enum class LogState : std::uint8_t {
  whole,    // it ends with a whole transaction, or there is none
  unknown,  // of another format version, or a checkpoint was cut off: DuckDB has to see to it
};

/// Looks at a database file and its write-ahead log before they are opened.
///
/// - A torn end, of a commit that was never acknowledged, is cut off.
/// - A damaged log is copied to FILE.wal.damaged-N first; what is whole before the damage is kept.
///   A damaged header is written again, as it is always the same. Both are noted as damage of FILE.
/// - A log that was checkpointed into its file already (a copy made meanwhile) is moved aside.
///
/// Fails with `corrupt_data` where the file is older than its log, or the log is missing: a copy of
/// a folder that a server had open, of which a whole one may be elsewhere.
Result<LogState> repair_log(const std::filesystem::path& database);

}  // namespace tidemark::duck
