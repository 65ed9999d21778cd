#pragma once

#include <atomic>

namespace tidemark {

/// While it lives, Ctrl-C and SIGTERM ask for a stop at the next safe point instead of ending the
/// process; a second Ctrl-C ends it. At most one at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  const std::atomic<bool>& is_asked() const;
};

}  // namespace tidemark
