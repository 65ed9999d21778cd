#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/definition.h"

namespace tidemark {

/// Reads a definition (scoring.md §2). `source` names the text in errors, which say line, column,
/// the offending value and what would be right; unknown keys are errors.
Result<Definition> parse_definition(std::string_view text, std::string_view source);

/// Writes a definition as TOML that reads back as itself, without what has its default.
std::string definition_toml(const Definition& definition);

}  // namespace tidemark
