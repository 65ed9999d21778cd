#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"

namespace tidemark {

/// Holds up who guesses passwords: after five wrong ones for an e-mail it is locked for a minute,
/// then twice as long with each further one, up to an hour. It is so for e-mails nobody has, too.
/// A browser in which somebody signed in before is counted by itself, in the place of the e-mail.
class SignInLimit {
 public:
  explicit SignInLimit(const Clock& clock) : clock_(clock) {}

  /// How long the e-mail is locked still; none: it may be tried.
  std::optional<std::chrono::seconds> locked_for(const std::string& email);
  void failed(const std::string& email);
  void succeeded(const std::string& email);

 private:
  struct Tries {
    int failures = 0;
    Instant last;
    Instant locked_until;
  };

  void forget_old(Instant now);

  const Clock& clock_;
  std::mutex lock_;
  std::map<std::string, Tries> tries_;  // by e-mail in small letters
};

}  // namespace tidemark
