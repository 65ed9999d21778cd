#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

#include "store/store.h"

namespace tidemark {

using CountByReason = std::map<RejectReason, std::uint64_t>;

/// Writes the rejects of an import to a CSV file, from the store, which is the truth. Returns how
/// many had which reason. Fails with `unavailable` where the file cannot be written.
Result<CountByReason> write_rejects(Store& store, const Import& import,
                                    const std::filesystem::path& file);

}  // namespace tidemark
