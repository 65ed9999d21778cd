#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/store_access.h"

namespace tidemark {

/// What this process may do in a workspace: `reads` if the folder cannot be written.
///
/// Fails with `unavailable` where a file in it belongs to somebody else and cannot be written, and
/// where root would make files in the folder of another user, which that user could not write then.
Result<StoreAccess> folder_access(const std::filesystem::path& folder);

/// The first file in the workspace that this process cannot read and write, with its owner; empty
/// if there is none.
std::string unusable_file(const std::filesystem::path& folder);

/// The name of a user, or the number if it has none.
std::string user_name(unsigned user);

}  // namespace tidemark
