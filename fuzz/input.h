#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "collect/byte_source.h"

namespace tidemark::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The fuzzer's bytes as a file's, handed out in small pieces.
class InputBytes final : public ByteSource {
 public:
  explicit InputBytes(std::string_view text) : rest_(text) {}

  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min({into.size(), rest_.size(), std::size_t{97}});
    std::copy_n(rest_.begin(), count, into.begin());
    rest_.remove_prefix(count);
    return count;
  }
  std::uint64_t file_position() const override { return 0; }

 private:
  std::string_view rest_;
};

}  // namespace tidemark::fuzz
