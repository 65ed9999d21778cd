#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "store/store.h"
#include "wire/json.h"

namespace tidemark {

/// Asks a workspace for a listing: of the server that has it open, else of its store.
///
/// `path` is the server's resource with its query; `read` makes the same from the store.
Result<Json> ask_workspace(const std::filesystem::path& folder, const std::string& method,
                           const std::string& path,
                           const std::function<Result<Json>(Store&)>& read);

}  // namespace tidemark
