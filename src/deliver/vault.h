#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace tidemark {

/// Seals secrets that have to be used again, by AES-256-GCM under a key in a file that its owner
/// alone can read. Whoever has the control data alone reads none of them.
class Vault {
 public:
  /// Makes the key where there is none.
  static Result<Vault> open(const std::filesystem::path& key_file);

  std::string sealed(const std::string& secret) const;
  /// Fails with `unavailable` where it was sealed under another key, or is damaged.
  Result<std::string> opened(const std::string& sealed) const;

 private:
  explicit Vault(std::string key) : key_(std::move(key)) {}

  std::string key_;
};

}  // namespace tidemark
