#pragma once

#include <string_view>

namespace tidemark {

/// The plays a workspace has that wrote none of its own, as TOML: what the field recommends for
/// each level. All are off until somebody turns them on.
std::string_view builtin_plays();

}  // namespace tidemark
