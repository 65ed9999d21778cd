#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "cli/workspace.h"
#include "wire/json.h"

namespace tidemark {

/// A question of the server's API.
struct WorkspaceQuestion {
  std::string method = "GET";
  std::string path;  // with its query
  std::string body = {};
  int seconds = 30;  // until it is given up
};

/// Asks the server that has the workspace open; none where there is no server, or it died.
std::optional<Result<Json>> ask_server(const std::filesystem::path& folder,
                                       const WorkspaceQuestion& question);

/// Asks a workspace for a listing, or for a change: of the server that has it open, else of its
/// store, of which `read` makes the same.
Result<Json> ask_workspace(const std::filesystem::path& folder, const WorkspaceQuestion& question,
                           const std::function<Result<Json>(Workspace&)>& read);

}  // namespace tidemark
