#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/feed.h"

namespace tidemark {

/// Reads `[[feed]]` tables, in the order written. `source` names the text in errors, which say line
/// and column: unknown keys, two feeds of one name, settings that are not for people to make. What
/// the settings mean is for the client to say.
Result<std::vector<Feed>> parse_feeds(std::string_view text, std::string_view source);

}  // namespace tidemark
