#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "net/http.h"

namespace tidemark {

/// The JSON a client meant to send: out of gzip or zlib, whatever its headers say; out of the field
/// `data` of a form or of the query, in base64 or not; none where it would grow beyond
/// `most_bytes`. Fails with `invalid_input` where it cannot be unpacked.
Result<std::optional<std::string>> unpacked(const HttpRequest& request, std::size_t most_bytes);

}  // namespace tidemark
