#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace tidemark {

/// How commands beside a running server reach it: a file of the workspace that only its owner can
/// read.
struct LocalAccess {
  std::string address;
  std::uint16_t port = 0;
  std::string token;

  std::string url(const std::string& path) const;
};

/// Makes a token and writes the file; it is the server's until `forget_local_access`.
Result<LocalAccess> offer_local_access(const std::filesystem::path& folder,
                                       const std::string& address, std::uint16_t port);
void forget_local_access(const std::filesystem::path& folder);

/// None where no server left one.
std::optional<LocalAccess> local_access(const std::filesystem::path& folder);

}  // namespace tidemark
