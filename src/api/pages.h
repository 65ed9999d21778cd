#pragma once

#include <optional>

#include "net/http.h"

namespace tidemark {

/// A file of the dashboard, which is part of the program; for every other path that a browser
/// opens as a page, its first page, which reads the path itself. None: the request is not for the
/// dashboard.
std::optional<HttpReply> page(const HttpRequest& request);

}  // namespace tidemark
