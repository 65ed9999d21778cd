#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace tidemark {

/// Writes a small file in the place of what was there: whole or not at all, and durable when it
/// returns.
Result<void> write_durably(const std::filesystem::path& file, std::string_view text);

}  // namespace tidemark
