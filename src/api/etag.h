#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// A strong validator of a body: the same for the same bytes.
std::string etag_of(std::string_view body);

/// Whether an If-None-Match header names it.
bool names_etag(std::string_view header, std::string_view etag);

}  // namespace tidemark
