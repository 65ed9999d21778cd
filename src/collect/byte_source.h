#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace tidemark {

/// The decompressed bytes of a file, from first to last.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills `into` from its front; returns how many bytes, 0 only at the end. Fails with
  /// `invalid_input` on a broken or truncated compression.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  /// How far the file itself was read, in its own bytes.
  virtual std::uint64_t file_position() const = 0;
};

/// Opens a plain, gzip, zstd or zip file, told apart by its first bytes.
Result<std::unique_ptr<ByteSource>> open_bytes(const std::filesystem::path& file);

/// The bytes packed by gzip in `packed`, which errors call by its name.
std::unique_ptr<ByteSource> gzip_bytes(std::unique_ptr<ByteSource> packed, std::string name);

/// A hash of all bytes that are left: equal for a file and its compressed copy.
Result<std::string> content_hash(ByteSource& bytes);

}  // namespace tidemark
