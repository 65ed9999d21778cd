#pragma once

#include <filesystem>
#include <string>

namespace tidemark {

/// A sentence if less than a gibibyte is left on the disk of a folder; empty if there is more, or
/// that cannot be asked.
std::string low_space_warning(const std::filesystem::path& folder);

}  // namespace tidemark
