#pragma once

#include <string_view>

#include <xxhash.h>

#include "base/whole_root.h"

namespace tidemark {

/// What is kept of a message id: a hash of 128 bits; never 0, which stands for no id.
inline Wide message_hash(std::string_view id) {
  const XXH128_hash_t hash = XXH3_128bits(id.data(), id.size());
  const Wide wide = Wide{hash.high64} << 64 | hash.low64;
  return wide == 0 ? 1 : wide;
}

}  // namespace tidemark
