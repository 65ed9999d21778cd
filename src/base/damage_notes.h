#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark {

/// Damage that was found in a file and repaired, or set aside: kept as lines in FILE.damage, until
/// somebody who has seen to it deletes that.

std::filesystem::path damage_file(const std::filesystem::path& file);

/// Oldest first.
std::vector<std::string> damage_notes(const std::filesystem::path& file);

/// Copies `part`, a file that belongs to `file`, to a free name PART.damaged-N, and notes what is
/// wrong with it. The copy and the note are durable when it returns.
Result<void> set_damaged_aside(const std::filesystem::path& file, const std::filesystem::path& part,
                               std::string_view what);

/// FILE and a number that no file has yet: FILE.damaged-1.
std::filesystem::path free_name(const std::filesystem::path& file, std::string_view ending);

}  // namespace tidemark
