#pragma once

#include <string_view>

namespace tidemark {

/// Whether an id is one of those that senders write when they have none: `null`, `anonymous`,
/// `undefined`, `0` …
bool is_meaningless_id(std::string_view id);

}  // namespace tidemark
