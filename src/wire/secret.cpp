#include "wire/secret.h"

#include <openssl/rand.h>

#include "base/check.h"

namespace tidemark {

std::string make_secret(std::string_view prefix) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kLength = 32;
  std::string key(prefix);
  while (key.size() < prefix.size() + kLength) {
    unsigned char byte = 0;
    CHECK(RAND_bytes(&byte, 1) == 1);
    // Bytes beyond the last whole round of digits would favour the first ones.
    if (byte < 256 / kDigits.size() * kDigits.size()) key += kDigits[byte % kDigits.size()];
  }
  return key;
}

std::string key_hint(std::string_view key) {
  constexpr std::size_t kShown = 6;
  const auto prefix = key.rfind('_');
  return std::string(key.substr(0, (prefix == std::string_view::npos ? 0 : prefix + 1) + kShown));
}

}  // namespace tidemark
