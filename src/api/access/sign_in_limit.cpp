#include "api/access/sign_in_limit.h"

#include <algorithm>

namespace tidemark {
namespace {

constexpr int kFreeTries = 5;
constexpr std::chrono::minutes kFirstLock{1};
constexpr std::chrono::minutes kLongestLock{60};
constexpr std::chrono::hours kForgotten{24};
constexpr std::size_t kMostEmails = 10'000;

std::string small(const std::string& email) {
  std::string letters = email;
  std::ranges::transform(letters, letters.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return letters;
}

}  // namespace

std::optional<std::chrono::seconds> SignInLimit::locked_for(const std::string& email) {
  const std::lock_guard lock(lock_);
  const Instant now = clock_.now();
  const auto tries = tries_.find(small(email));
  if (tries == tries_.end() || tries->second.locked_until <= now) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(tries->second.locked_until - now);
}

void SignInLimit::failed(const std::string& email) {
  const std::lock_guard lock(lock_);
  const Instant now = clock_.now();
  forget_old(now);
  Tries& tries = tries_[small(email)];
  tries.last = now;
  if (++tries.failures < kFreeTries) return;
  constexpr int kMostDoublings = 6;
  const auto locked = kFirstLock * (1 << std::min(tries.failures - kFreeTries, kMostDoublings));
  tries.locked_until = now + std::min<std::chrono::minutes>(locked, kLongestLock);
}

void SignInLimit::succeeded(const std::string& email) {
  const std::lock_guard lock(lock_);
  tries_.erase(small(email));
}

void SignInLimit::forget_old(Instant now) {
  std::erase_if(tries_, [&](const auto& entry) { return now - entry.second.last > kForgotten; });
  // Somebody tries many names: the oldest tries make room.
  while (tries_.size() >= kMostEmails) {
    tries_.erase(
        std::ranges::min_element(tries_, {}, [](const auto& entry) { return entry.second.last; }));
  }
}

}  // namespace tidemark
