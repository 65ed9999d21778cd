#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// A text as HTML that shows it.
std::string escaped(std::string_view text);

/// A page that needs nothing else: style and all; `body` is HTML.
std::string html_page(std::string_view title, std::string_view body);

}  // namespace tidemark
