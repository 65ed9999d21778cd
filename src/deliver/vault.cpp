#include "deliver/vault.h"

#include <array>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "net/http.h"

namespace tidemark {
namespace {

constexpr int kKeyBytes = 32;
constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher cipher() { return {EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free}; }

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string random_bytes(int count) {
  std::string text(static_cast<std::size_t>(count), '\0');
  CHECK(RAND_bytes(bytes(text), count) == 1);
  return text;
}

}  // namespace

Result<Vault> Vault::open(const std::filesystem::path& key_file) {
  const auto failed = [&] {
    return Error{ErrorKind::unavailable, fmt::format("{} is not a key of {} bytes that can be read",
                                                     key_file.string(), kKeyBytes)};
  };
  const int made =
      ::open(key_file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) {
    const std::string key = random_bytes(kKeyBytes);
    const bool is_kept = write(made, key.data(), key.size()) == kKeyBytes && fsync(made) == 0;
    close(made);
    if (!is_kept) return failed();
    return Vault(key);
  }
  const int file = ::open(key_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed();
  std::string key(kKeyBytes + 1, '\0');
  const ssize_t size = read(file, key.data(), key.size());
  close(file);
  if (size != kKeyBytes) return failed();
  key.resize(kKeyBytes);
  return Vault(key);
}

std::string Vault::sealed(const std::string& secret) const {
  if (secret.empty()) return "";
  const std::string nonce = random_bytes(kNonceBytes);
  std::string text(secret.size(), '\0');
  std::string tag(kTagBytes, '\0');
  const Cipher context = cipher();
  int size = 0;
  CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_), bytes(nonce)) ==
        1);
  CHECK(EVP_EncryptUpdate(context.get(), bytes(text), &size, bytes(secret),
                          static_cast<int>(secret.size())) == 1);
  CHECK(EVP_EncryptFinal_ex(context.get(), bytes(text) + size, &size) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1);
  return encoded_base64(nonce + tag + text);
}

Result<std::string> Vault::opened(const std::string& sealed) const {
  if (sealed.empty()) return std::string();
  const Error error{ErrorKind::unavailable,
                    "a secret cannot be opened: secret.key is another one than it was kept under; "
                    "give the secret anew"};
  const std::string all = decoded_base64(sealed);
  if (all.size() < kNonceBytes + kTagBytes) return error;
  const std::string nonce = all.substr(0, kNonceBytes);
  std::string tag = all.substr(kNonceBytes, kTagBytes);
  const std::string text = all.substr(kNonceBytes + kTagBytes);
  std::string secret(text.size(), '\0');
  const Cipher context = cipher();
  int size = 0;
  const bool is_opened =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_), bytes(nonce)) ==
          1 &&
      EVP_DecryptUpdate(context.get(), bytes(secret), &size, bytes(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes(secret) + size, &size) == 1;
  if (!is_opened) return error;
  return secret;
}

}  // namespace tidemark
