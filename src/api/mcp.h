#pragma once

#include <functional>
#include <string>

#include "net/http.h"

namespace tidemark {

/// Answers GET of a resource below /api/v1, for whom it may be.
using AskResource = std::function<HttpReply(const std::string& path, const std::string& query)>;

/// Answers one message of the Model Context Protocol (Streamable HTTP, without sessions or events):
/// an assistant may list accounts, explain a score, see level changes and who is at risk. It
/// changes nothing.
HttpReply answer_assistant(const HttpRequest& request, const std::string& version,
                           const AskResource& ask);

}  // namespace tidemark
