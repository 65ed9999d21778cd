#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// A text no one can guess: `prefix` and 32 letters and digits.
std::string make_secret(std::string_view prefix);

/// A new key for a source that sends events.
inline std::string make_write_key() { return make_secret("tmw_"); }
/// A new key for the API.
inline std::string make_api_key() { return make_secret("tm_live_"); }

/// By what people know a key that is kept only as its hash: its prefix and six more characters.
std::string key_hint(std::string_view key);

}  // namespace tidemark
