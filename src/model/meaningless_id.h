#pragma once

#include <span>
#include <string_view>

namespace tidemark {

/// Ids that senders write when they have none, in small letters; beside these a blank one.
std::span<const std::string_view> meaningless_ids();

/// Whether an id is one of those that senders write when they have none: `null`, `anonymous`,
/// `undefined`, `0` …
bool is_meaningless_id(std::string_view id);

}  // namespace tidemark
