#pragma once

#include <optional>
#include <string_view>

namespace tidemark {

/// The number a text is spelled as, in decimal, with or without an exponent (`-2.5`, `1e3`); none
/// for anything else.
std::optional<double> decimal_number(std::string_view text);

}  // namespace tidemark
