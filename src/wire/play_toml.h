#pragma once

#include <optional>
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

/// What stands between braces in a message.
std::vector<std::string> placeholders_of(const std::string& message);

/// The property that a placeholder like `property.plan` stands for; none: it is another.
std::optional<std::string> property_of_placeholder(std::string_view placeholder);

}  // namespace tidemark
