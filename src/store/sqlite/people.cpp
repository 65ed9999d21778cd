#include "store/sqlite/people.h"

#include <fmt/format.h>

#include "store/sqlite/connection.h"

namespace tidemark {
namespace {

using sqlite::Statement;

constexpr const char* kPersonColumns = "number, email, name, access, password, created, last_seen";

Person person_of(const Statement& row) {
  return {row.number(0), row.text(1),    row.text(2),         static_cast<Access>(row.number(3)),
          row.text(4),   row.instant(5), row.maybe_instant(6)};
}

Invitation invitation_of(const Statement& row) {
  return {row.text(0), row.text(1), static_cast<Access>(row.number(2)), row.instant(3),
          row.instant(4)};
}

ApiKey api_key_of(const Statement& row) {
  return {row.text(0),    row.text(1),         row.text(2), static_cast<Access>(row.number(3)),
          row.instant(4), row.maybe_instant(5)};
}

/// The first of some rows, if there is one.
template <class T>
Result<std::optional<T>> first_of(Result<std::vector<T>> rows) {
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<T>();
  return std::optional<T>(std::move(rows->front()));
}

Result<void> require_owner(sqlite::Connection& connection) {
  Statement counting(connection, "SELECT count(*) FROM person WHERE access = ?");
  counting.bind(static_cast<int>(Access::owner));
  const auto counted = counting.step();
  if (!counted) return counted.error();
  if (counting.number(0) > 0) return {};
  return Error{ErrorKind::conflict, "somebody must stay owner; make another one first"};
}

Result<void> end_sessions(sqlite::Connection& connection, std::int64_t person,
                          const std::string& but) {
  return Statement(connection, "DELETE FROM session WHERE person = ? AND hash <> ?")
      .bind(person)
      .bind(but)
      .run();
}

Error changed_meanwhile() {
  return {ErrorKind::conflict, "this user was changed meanwhile; look again"};
}

}  // namespace

Result<std::vector<Person>> People::all() {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    fmt::format("SELECT {} FROM person ORDER BY email", kPersonColumns).c_str());
  return sqlite::rows(reading, person_of);
}

Result<std::optional<Person>> People::of_email(const std::string& email) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    fmt::format("SELECT {} FROM person WHERE email = ?", kPersonColumns).c_str());
  return first_of(sqlite::rows(reading.bind(email), person_of));
}

Result<std::optional<Person>> People::of_number(std::int64_t number) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    fmt::format("SELECT {} FROM person WHERE number = ?", kPersonColumns).c_str());
  return first_of(sqlite::rows(reading.bind(number), person_of));
}

Result<void> People::set_password(std::int64_t number, const std::string& before,
                                  const std::string& after, const std::string& kept_session) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement setting(connection_,
                      "UPDATE person SET password = ? WHERE number = ? AND password = ? AND EXISTS "
                      "(SELECT 1 FROM session WHERE hash = ? AND person = number)");
    setting.bind(after).bind(number).bind(before).bind(kept_session);
    if (auto set = setting.run(); !set) return set;
    if (sqlite3_changes(connection_.raw()) == 0) return changed_meanwhile();
    return end_sessions(connection_, number, kept_session);
  });
}

Result<void> People::set_access(std::int64_t number, Access before, Access after) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement setting(connection_, "UPDATE person SET access = ? WHERE number = ? AND access = ?");
    setting.bind(static_cast<int>(after)).bind(number).bind(static_cast<int>(before));
    if (auto set = setting.run(); !set) return set;
    if (sqlite3_changes(connection_.raw()) == 0) return changed_meanwhile();
    if (auto ended = end_sessions(connection_, number, ""); !ended) return ended;
    return require_owner(connection_);
  });
}

Result<void> People::remove(std::int64_t number) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    if (auto ended = end_sessions(connection_, number, ""); !ended) return ended;
    Statement removing(connection_, "DELETE FROM person WHERE number = ?");
    if (auto removed = removing.bind(number).run(); !removed) return removed;
    return require_owner(connection_);
  });
}

Result<void> People::note_seen(std::int64_t number, Instant at) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "UPDATE person SET last_seen = ? WHERE number = ?")
      .bind(at)
      .bind(number)
      .run();
}

Result<void> People::invite(const Invitation& invitation) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    // One link a person: an older one is worth nothing from now on.
    Statement withdrawing(connection_, "DELETE FROM invitation WHERE email = ?");
    if (auto done = withdrawing.bind(invitation.email).run(); !done) return done;
    Statement keeping(connection_,
                      "INSERT INTO invitation (hash, email, access, created, expires) "
                      "VALUES (?, ?, ?, ?, ?)");
    return keeping.bind(invitation.hash)
        .bind(invitation.email)
        .bind(static_cast<int>(invitation.access))
        .bind(invitation.created)
        .bind(invitation.expires)
        .run();
  });
}

Result<std::vector<Invitation>> People::invitations() {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_, "SELECT hash, email, access, created, expires FROM invitation ORDER BY created");
  return sqlite::rows(reading, invitation_of);
}

Result<void> People::withdraw(const std::string& email) {
  const std::lock_guard lock(connection_.lock);
  Statement withdrawing(connection_, "DELETE FROM invitation WHERE email = ?");
  if (auto done = withdrawing.bind(email).run(); !done) return done;
  if (sqlite3_changes(connection_.raw()) > 0) return {};
  return Error{ErrorKind::not_found, fmt::format("nobody called {} is invited", email)};
}

Result<Person> People::accept(const std::string& invitation_hash, Person person, Instant now) {
  return sqlite::in_transaction(connection_, [&]() -> Result<Person> {
    Statement reading(connection_,
                      "SELECT hash, email, access, created, expires FROM invitation "
                      "WHERE hash = ?");
    const auto found = first_of(sqlite::rows(reading.bind(invitation_hash), invitation_of));
    if (!found) return found.error();
    if (!*found || (*found)->expires < now) {
      return Error{ErrorKind::not_found,
                   "this link was used already or is over; ask for another one"};
    }
    const Invitation& invitation = **found;
    if (!invitation.email.empty()) person.email = invitation.email;
    person.access = invitation.access;
    Statement using_up(connection_, "DELETE FROM invitation WHERE hash = ?");
    if (auto used = using_up.bind(invitation_hash).run(); !used) return used.error();
    Statement looking(connection_, "SELECT 1 FROM person WHERE email = ?");
    const auto is_taken = looking.bind(person.email).step();
    if (!is_taken) return is_taken.error();
    if (*is_taken) {
      return Error{ErrorKind::conflict, fmt::format("{} signs in already", person.email)};
    }
    Statement making(connection_,
                     "INSERT INTO person (email, name, access, password, created) "
                     "VALUES (?, ?, ?, ?, ?)");
    making.bind(person.email).bind(person.name).bind(static_cast<int>(person.access));
    if (auto made = making.bind(person.password).bind(now).run(); !made) return made.error();
    person.number = sqlite3_last_insert_rowid(connection_.raw());
    person.created = now;
    return person;
  });
}

Result<void> People::open_session(const Session& session) {
  const std::lock_guard lock(connection_.lock);
  Statement opening(connection_,
                    "INSERT INTO session (hash, person, csrf, created, seen) "
                    "VALUES (?, ?, ?, ?, ?)");
  return opening.bind(session.hash)
      .bind(session.person)
      .bind(session.csrf)
      .bind(session.created)
      .bind(session.seen)
      .run();
}

Result<std::optional<Session>> People::session(const std::string& hash) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT hash, person, csrf, created, seen FROM session WHERE hash = ?");
  return first_of(sqlite::rows(reading.bind(hash), [](const Statement& row) {
    return Session{row.text(0), row.number(1), row.text(2), row.instant(3), row.instant(4)};
  }));
}

Result<void> People::note_session(const std::string& hash, Instant seen) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "UPDATE session SET seen = ? WHERE hash = ?")
      .bind(seen)
      .bind(hash)
      .run();
}

Result<void> People::close_session(const std::string& hash) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "DELETE FROM session WHERE hash = ?").bind(hash).run();
}

Result<void> People::close_sessions(Instant opened_before, Instant seen_before) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "DELETE FROM session WHERE created < ? OR seen < ?")
      .bind(opened_before)
      .bind(seen_before)
      .run();
}

Result<void> ApiKeys::keep(const ApiKey& key) {
  const std::lock_guard lock(connection_.lock);
  Statement keeping(connection_,
                    "INSERT INTO api_key (hash, hint, name, access, created) "
                    "VALUES (?, ?, ?, ?, ?)");
  return keeping.bind(key.hash)
      .bind(key.hint)
      .bind(key.name)
      .bind(static_cast<int>(key.access))
      .bind(key.created)
      .run();
}

Result<std::vector<ApiKey>> ApiKeys::all() {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      "SELECT hash, hint, name, access, created, last_used FROM api_key ORDER BY created");
  return sqlite::rows(reading, api_key_of);
}

Result<std::optional<ApiKey>> ApiKeys::find(const std::string& hash) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      "SELECT hash, hint, name, access, created, last_used FROM api_key WHERE hash = ?");
  return first_of(sqlite::rows(reading.bind(hash), api_key_of));
}

Result<void> ApiKeys::note_use(const std::string& hash, Instant at) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "UPDATE api_key SET last_used = ? WHERE hash = ?")
      .bind(at)
      .bind(hash)
      .run();
}

Result<void> ApiKeys::revoke(const std::string& hint) {
  const std::lock_guard lock(connection_.lock);
  Statement revoking(connection_, "DELETE FROM api_key WHERE hint = ?");
  if (auto revoked = revoking.bind(hint).run(); !revoked) return revoked;
  if (sqlite3_changes(connection_.raw()) > 0) return {};
  return Error{ErrorKind::not_found, fmt::format("no key begins with {}", hint)};
}

}  // namespace tidemark
