#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/play.h"

namespace tidemark {

/// Reads `[[play]]` tables, in the order written. `source` names the text in errors, which say line
/// and column: unknown keys, two plays of one name, placeholders nobody can fill in.
Result<std::vector<Play>> parse_plays(std::string_view text, std::string_view source);

/// When it is due, for whom and at which pace, as a sentence.
std::string play_words(const Play& play);

/// Between braces in a message: names without `property.`, and those of properties.
std::vector<std::string> placeholders_of(const std::string& message);

}  // namespace tidemark
