#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace tidemark {

/// A change somebody made, as the audit log has it. Each entry's hash covers the one before, so
/// that none can be changed or left out unseen.
struct AuditEntry {
  std::int64_t number = 0;
  Instant at;
  std::string actor;    // an e-mail, a key's first characters, or "command line"
  std::string action;   // `key.create`
  std::string subject;  // what was changed
  std::string before;   // as text; empty: it was not there
  std::string after;    // likewise: it is not there any more
  std::string hash;     // SHA-256 of all that, after the hash of the entry before
};

}  // namespace tidemark
