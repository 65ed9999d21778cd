#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

/// The domain of an e-mail address, in lower case, where it is a company's own: none for what is no
/// address, and for the domains at which anybody gets one (`gmail.com`, `web.de` …).
std::optional<std::string> company_domain(std::string_view email);

}  // namespace tidemark
