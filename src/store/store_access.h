#pragma once

#include <cstdint>

namespace tidemark {

/// What a process may do with the files of a workspace: `reads` is for folders that cannot be
/// written, such as a mounted backup.
enum class StoreAccess : std::uint8_t { reads_and_writes, reads };

}  // namespace tidemark
