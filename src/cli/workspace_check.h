#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"

namespace tidemark {

enum class Health : std::uint8_t { good, warning, broken };

/// What was checked, how it is, and what to do about it.
struct Finding {
  std::string what;
  Health health = Health::good;
  std::string text;
};

enum class CheckDepth : std::uint8_t {
  quick,  // what takes a moment
  deep,   // reads all that is stored
};

/// Checks the workspace in a folder. Never fails and never ends the process: what makes a library
/// fail is a finding. Of a workspace that a server has open call it in the server.
std::vector<Finding> check_workspace(const std::filesystem::path& folder, const Clock& clock,
                                     CheckDepth depth);

}  // namespace tidemark
