#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace tidemark {

/// What someone may do; each may also do what those before it may. People know the last four as
/// viewer, analyst, admin and owner, keys as read, write and admin.
enum class Access : std::uint8_t {
  none,
  read,   // see everything
  write,  // change what counts, merge accounts, write notes
  admin,  // make keys, invite people, see the audit log
  owner,  // make owners and take that back
};

/// Someone who signs in.
struct Person {
  std::int64_t number = 0;
  std::string email;  // as written; two are alike in any case
  std::string name;
  Access access = Access::read;
  std::string password;  // encoded by argon2id
  Instant created;
  std::optional<Instant> last_seen;
};

/// A browser in which someone is signed in. Of its secret only the hash is kept.
struct Session {
  std::string hash;
  std::int64_t person = 0;
  std::string csrf;  // what the page sends along with each change
  Instant created;
  Instant seen;
};

/// Lets one person in who has the link, once.
struct Invitation {
  std::string hash;
  std::string email;  // empty: whoever comes chooses it
  Access access = Access::read;
  Instant created;
  Instant expires;
};

/// A key for a script or an assistant. Of its text only the hash is kept.
struct ApiKey {
  std::string hash;
  std::string hint;  // its first characters, by which people know it
  std::string name;
  Access access = Access::read;
  Instant created;
  std::optional<Instant> last_used;
};

}  // namespace tidemark
