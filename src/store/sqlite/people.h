#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/access.h"

namespace tidemark {

namespace sqlite {
class Connection;
}

/// Who may sign in, who is signed in, whom an invitation waits for.
class People {
 public:
  explicit People(sqlite::Connection& connection) : connection_(connection) {}

  Result<std::vector<Person>> all();  // by e-mail
  Result<std::optional<Person>> of_email(const std::string& email);
  Result<std::optional<Person>> of_number(std::int64_t number);
  /// Replaces the password that was `before`; all sessions of the person but `kept_session` end,
  /// and that one must not have ended. Fails with `conflict` where either has changed meanwhile.
  Result<void> set_password(std::int64_t number, const std::string& before,
                            const std::string& after, const std::string& kept_session);
  /// Ends all sessions of the person. Fails with `conflict` where no owner would be left, or the
  /// access is not `before` any more.
  Result<void> set_access(std::int64_t number, Access before, Access after);
  /// Ends the person's sessions too. Fails with `conflict` for the last owner.
  Result<void> remove(std::int64_t number);
  Result<void> note_seen(std::int64_t number, Instant at);

  Result<void> invite(const Invitation& invitation);
  Result<std::vector<Invitation>> invitations();  // oldest first
  Result<void> withdraw(const std::string& email);
  /// Makes the person and uses the invitation up, or nothing of it. Fails with `not_found` for an
  /// invitation that is unknown, used or over, with `conflict` where the e-mail is taken.
  Result<Person> accept(const std::string& invitation_hash, Person person, Instant now);

  Result<void> open_session(const Session& session);
  Result<std::optional<Session>> session(const std::string& hash);
  Result<void> note_session(const std::string& hash, Instant seen);
  Result<void> close_session(const std::string& hash);
  /// Forgets sessions that were opened, or last seen, before these.
  Result<void> close_sessions(Instant opened_before, Instant seen_before);

 private:
  sqlite::Connection& connection_;
};

/// The keys of scripts and assistants.
class ApiKeys {
 public:
  explicit ApiKeys(sqlite::Connection& connection) : connection_(connection) {}

  Result<void> keep(const ApiKey& key);
  Result<std::vector<ApiKey>> all();  // oldest first
  Result<std::optional<ApiKey>> find(const std::string& hash);
  Result<void> note_use(const std::string& hash, Instant at);
  /// Fails with `not_found`.
  Result<void> revoke(const std::string& hint);

 private:
  sqlite::Connection& connection_;
};

}  // namespace tidemark
