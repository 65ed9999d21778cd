#include "cli/live_workspace.h"

#include <fmt/format.h>

#include "api/local_access.h"
#include "net/http_client.h"

namespace tidemark {

Result<Json> ask_workspace(const std::filesystem::path& folder, const WorkspaceQuestion& question,
                           const std::function<Result<Json>(Workspace&)>& read) {
  if (const auto access = local_access(folder)) {
    const auto reply = ask({.method = question.method,
                            .url = access->url(question.path),
                            .bearer = access->token,
                            .body = question.body});
    // A server that was killed leaves its file behind; then the store is free.
    if (reply) {
      Json json = Json::parse(reply->body, nullptr, false);
      if (reply->status == 200 && !json.is_discarded()) return json;
      return Error{ErrorKind::unavailable,
                   json.is_object() ? json.value("detail", "the server answered with an error")
                                    : fmt::format("the server answered {}", reply->status)};
    }
  }
  auto workspace = open_workspace(folder);
  if (!workspace) return workspace.error();
  return read(*workspace);
}

}  // namespace tidemark
