#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// A new key that no one can guess: `tmw_` and 32 letters and digits.
std::string make_write_key();

/// By what people know a key that is kept only as its hash: its first ten characters.
std::string key_hint(std::string_view key);

}  // namespace tidemark
