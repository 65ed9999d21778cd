#include "deliver/webhook_signature.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/check.h"
#include "net/http.h"

namespace tidemark {
namespace {

constexpr std::string_view kPrefix = "whsec_";

/// Base64 of the usual alphabet, padded, as receivers compare it.
std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string key_of(std::string_view secret) {
  return decoded_base64(secret.starts_with(kPrefix) ? secret.substr(kPrefix.size()) : secret);
}

std::string signed_by(std::string_view secret, std::string_view text) {
  const std::string key = key_of(secret);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) != nullptr);
  return "v1," + base64(digest.data(), size);
}

}  // namespace

std::string make_signing_secret() {
  std::array<unsigned char, 32> bytes{};
  CHECK(RAND_bytes(bytes.data(), bytes.size()) == 1);
  return std::string(kPrefix) + base64(bytes.data(), bytes.size());
}

Result<void> check_signing_secret(std::string_view secret) {
  constexpr std::size_t kLeast = 24;
  constexpr std::size_t kMost = 64;
  const std::size_t size = secret.starts_with(kPrefix) ? key_of(secret).size() : 0;
  if (size >= kLeast && size <= kMost) return {};
  return Error{ErrorKind::invalid_input,
               "a signing secret is whsec_ and the base64 of 24 to 64 bytes"};
}

std::string webhook_signature(std::string_view secret, std::string_view previous_secret,
                              std::string_view id, Instant at, std::string_view body) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  const std::string text = fmt::format("{}.{}.{}", id, seconds, body);
  std::string signature = signed_by(secret, text);
  if (!previous_secret.empty()) signature += " " + signed_by(previous_secret, text);
  return signature;
}

}  // namespace tidemark
