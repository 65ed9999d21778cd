#pragma once

#include <optional>

#include "net/http.h"

namespace tidemark {

/// What browser clients fetch before they send: settings that switch everything off but sending.
/// None for a path that is none of theirs.
std::optional<HttpReply> client_settings(const HttpRequest& request);

}  // namespace tidemark
