#include "api/access/password.h"

#include <algorithm>
#include <array>
#include <set>

#include <argon2.h>
#include <fmt/format.h>
#include <openssl/rand.h>

#include "base/check.h"

namespace tidemark {
namespace {

// More than what OWASP's cheat sheet asks at least (19 MiB, two rounds, one lane).
constexpr std::uint32_t kMemoryKibibytes = 32 * 1024;
constexpr std::uint32_t kRounds = 2;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kLeast = 12;
constexpr std::size_t kMost = 200;

}  // namespace

std::string password_problem(std::string_view password, std::string_view email) {
  if (password.size() < kLeast) {
    return fmt::format("it has fewer than {} characters; a few words make a good one", kLeast);
  }
  if (password.size() > kMost) return fmt::format("it has more than {} bytes", kMost);
  const std::set<char> characters(password.begin(), password.end());
  constexpr std::size_t kLeastDifferent = 5;
  if (characters.size() < kLeastDifferent) return "it repeats a few characters";
  const auto is_in = [&](std::string_view part) {
    return !std::ranges::search(password, part, [](char one, char other) {
              return std::tolower(static_cast<unsigned char>(one)) ==
                     std::tolower(static_cast<unsigned char>(other));
            }).empty();
  };
  const std::string_view name = email.substr(0, email.find('@'));
  constexpr std::size_t kTelling = 4;
  if (name.size() >= kTelling && is_in(name)) return "it holds your e-mail's name";
  static constexpr std::array<std::string_view, 6> kFirstTried = {
      "password", "123456789", "qwertyuiop", "letmein", "tidemark", "iloveyou"};
  if (std::ranges::any_of(kFirstTried, is_in)) return "it holds what is tried first";
  return "";
}

std::string password_hash(std::string_view password) {
  std::array<unsigned char, kSaltBytes> salt{};
  CHECK(RAND_bytes(salt.data(), static_cast<int>(salt.size())) == 1);
  std::array<char, 256> text{};
  const int state =
      argon2id_hash_encoded(kRounds, kMemoryKibibytes, kLanes, password.data(), password.size(),
                            salt.data(), salt.size(), kHashBytes, text.data(), text.size());
  CHECK(state == ARGON2_OK);
  return text.data();
}

bool is_password_of(std::string_view password, const std::string& hash) {
  static const std::string nobodys = password_hash("nobody has this password");
  const bool is_right = argon2id_verify((hash.empty() ? nobodys : hash).c_str(), password.data(),
                                        password.size()) == ARGON2_OK;
  return is_right && !hash.empty();
}

}  // namespace tidemark
