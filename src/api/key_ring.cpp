#include "api/key_ring.h"

#include "base/sha256.h"

namespace tidemark {

std::optional<WriteKey> KeyRing::find(std::string_view text) {
  const std::string hash = sha256(text);
  const std::scoped_lock lock(lock_);
  const Instant now = clock_.now();
  if (!loaded_ || now - *loaded_ > std::chrono::seconds{1}) reload(now);
  const auto found = keys_.find(hash);
  if (found == keys_.end()) return std::nullopt;
  constexpr std::chrono::minutes kExact{1};
  if (!found->second.last_used || now - *found->second.last_used > kExact) {
    found->second.last_used = now;
    used_[hash] = now;
  }
  return found->second;
}

void KeyRing::reload(Instant now) {
  // Last use is for people: that it could not be noted is no reason to refuse an event.
  for (const auto& [hash, at] : used_) {
    [[maybe_unused]] const auto noted = control_.note_use(hash, at);
  }
  used_.clear();
  const auto keys = control_.keys();
  if (!keys) return;  // what was known stays in force
  loaded_ = now;
  keys_.clear();
  for (const WriteKey& key : *keys) keys_.emplace(key.hash, key);
}

}  // namespace tidemark
