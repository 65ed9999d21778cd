#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/sqlite/control.h"

namespace tidemark {

/// The write keys, as they stood at most a second ago: keys made or revoked beside the server count
/// at once.
class KeyRing {
 public:
  KeyRing(Control& control, const Clock& clock) : control_(control), clock_(clock) {}

  /// The key of that text; none where it is unknown or revoked.
  std::optional<WriteKey> find(std::string_view text);

 private:
  void reload(Instant now);

  Control& control_;
  const Clock& clock_;
  std::mutex lock_;
  std::optional<Instant> loaded_;
  std::map<std::string, WriteKey, std::less<>> keys_;  // by hash
  std::map<std::string, Instant> used_;                // since the last reload
};

}  // namespace tidemark
