#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/definition.h"

namespace tidemark {

/// Reads a definition (scoring.md §2). `source` names the text in errors, which say line, column,
/// the offending value and what would be right; unknown keys are errors.
Result<Definition> parse_definition(std::string_view text, std::string_view source);

/// The canonical form: defaults filled in, keys sorted, as JSON. Equal for texts that differ in
/// order, comments and spelled-out defaults only.
std::string canonical_definition(const Definition& definition);

/// The name of this version: the SHA-256 of the canonical form, in hexadecimal.
std::string definition_hash(const Definition& definition);

/// Reads back a canonical form that this program wrote.
Result<Definition> parse_canonical_definition(std::string_view json);

}  // namespace tidemark
