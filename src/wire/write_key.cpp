#include "wire/write_key.h"

#include <openssl/rand.h>

#include "base/check.h"

namespace tidemark {

std::string make_write_key() {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string key = "tmw_";
  while (key.size() < 36) {
    unsigned char byte = 0;
    CHECK(RAND_bytes(&byte, 1) == 1);
    // Bytes beyond the last whole round of digits would favour the first ones.
    if (byte < 256 / kDigits.size() * kDigits.size()) key += kDigits[byte % kDigits.size()];
  }
  return key;
}

std::string key_hint(std::string_view key) { return std::string(key.substr(0, 10)); }

}  // namespace tidemark
