#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/definition.h"

namespace tidemark {

/// The canonical form: defaults filled in, keys sorted, as JSON. Equal for texts that differ in
/// order, comments and spelled-out defaults only.
std::string canonical_definition(const Definition& definition);

/// The canonical form of a rule alone.
std::string canonical_rule(const Rule& rule);

/// The name of this version: the SHA-256 of the canonical form, in hexadecimal.
std::string definition_hash(const Definition& definition);

/// The beginning of a text's SHA-256, in hexadecimal: for a file's name.
std::string text_hash(std::string_view text);

/// Reads back a canonical form that this program, or an earlier version of it, wrote.
Result<Definition> parse_canonical_definition(std::string_view json);

}  // namespace tidemark
