#include "cli/live_workspace.h"

#include <fmt/format.h>

#include "api/local_access.h"
#include "net/http_client.h"

namespace tidemark {

namespace {

/// What kind of error a status stands for.
ErrorKind kind_of(int status) {
  switch (status) {
    case 400:
      return ErrorKind::invalid_input;
    case 404:
      return ErrorKind::not_found;
    case 409:
      return ErrorKind::conflict;
    default:
      return ErrorKind::unavailable;
  }
}

}  // namespace

std::optional<Result<Json>> ask_server(const std::filesystem::path& folder,
                                       const WorkspaceQuestion& question) {
  const auto access = local_access(folder);
  if (!access) return std::nullopt;
  const auto reply = ask({.method = question.method,
                          .url = access->url(question.path),
                          .bearer = access->token,
                          .body = question.body,
                          .seconds = question.seconds});
  // A server that was killed leaves its file behind; then the store is free.
  if (!reply) return std::nullopt;
  constexpr int kNotOurs = 401;  // another one, at the port of one that was killed
  if (reply->status == kNotOurs) return std::nullopt;
  constexpr int kNothingToSay = 204;
  if (reply->status == kNothingToSay) return Json::object();
  Json json = Json::parse(reply->body, nullptr, false);
  if (reply->status / 100 == 2 && !json.is_discarded()) return json;
  return Error{kind_of(reply->status),
               json.is_object() ? json.value("detail", "the server answered with an error")
                                : fmt::format("the server answered {}", reply->status)};
}

Result<Json> ask_workspace(const std::filesystem::path& folder, const WorkspaceQuestion& question,
                           const std::function<Result<Json>(Workspace&)>& read) {
  if (auto answer = ask_server(folder, question)) return *std::move(answer);
  auto workspace = open_workspace(folder);
  if (!workspace) return workspace.error();
  return read(*workspace);
}

}  // namespace tidemark
