#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "activity/history.h"

namespace tidemark {

/// Keeps a history's cells in a file, so that the next start need not count events. The file can be
/// made anew at any time and is bound to a key that says what was counted how. Returns whether it
/// was written; nothing is lost where it was not. The history must not have been extended.
bool write_cells(const std::filesystem::path& file, std::string_view key, const History& history);

/// Reads the cells back. None where the file is not there, has another key or is damaged.
std::optional<History> read_cells(const std::filesystem::path& file, std::string_view key,
                                  const Cores& cores);

}  // namespace tidemark
