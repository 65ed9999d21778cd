#include "store/sqlite/audit_log.h"

#include <fmt/format.h>

#include "base/sha256.h"
#include "store/sqlite/connection.h"

namespace tidemark {
namespace {

using sqlite::Statement;

AuditEntry entry_of(const Statement& row) {
  return {row.number(0), row.instant(1), row.text(2), row.text(3),
          row.text(4),   row.text(5),    row.text(6), row.text(7)};
}

constexpr const char* kColumns = "number, at, actor, action, subject, before, after, hash";

/// Lengths before texts: no two entries have the same bytes.
std::string hash_after(const std::string& hash_before, const AuditEntry& entry) {
  std::string bytes = fmt::format("{}|{}|{}", hash_before, entry.number, sqlite::micros(entry.at));
  for (const std::string* text :
       {&entry.actor, &entry.action, &entry.subject, &entry.before, &entry.after}) {
    bytes += fmt::format("|{}:{}", text->size(), *text);
  }
  return sha256(bytes);
}

}  // namespace

Result<void> AuditLog::add(AuditEntry entry) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement last(connection_, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
    const auto has_last = last.step();
    if (!has_last) return has_last.error();
    entry.number = *has_last ? last.number(0) + 1 : 1;
    entry.hash = hash_after(*has_last ? last.text(1) : "", entry);
    Statement adding(connection_,
                     "INSERT INTO audit (number, at, actor, action, subject, before, after, hash) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    adding.bind(entry.number).bind(entry.at).bind(entry.actor).bind(entry.action);
    return adding.bind(entry.subject).bind(entry.before).bind(entry.after).bind(entry.hash).run();
  });
}

Result<std::vector<AuditEntry>> AuditLog::read(std::int64_t before, int limit) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      fmt::format("SELECT {} FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?", kColumns)
          .c_str());
  return sqlite::rows(reading.bind(before).bind(limit), entry_of);
}

Result<std::optional<std::int64_t>> AuditLog::first_broken() {
  constexpr int kOfAStep = 200;  // so that nobody waits long for the connection
  const std::lock_guard verifying(verified_lock_);
  for (;;) {
    const auto entries = [&]() -> Result<std::vector<AuditEntry>> {
      const std::lock_guard lock(connection_.lock);
      Statement reading(connection_, fmt::format("SELECT {} FROM audit WHERE number > ? ORDER "
                                                 "BY number LIMIT ?",
                                                 kColumns)
                                         .c_str());
      return sqlite::rows(reading.bind(verified_).bind(kOfAStep), entry_of);
    }();
    if (!entries) return entries.error();
    for (const AuditEntry& entry : *entries) {
      const bool fits =
          entry.number == verified_ + 1 && entry.hash == hash_after(verified_hash_, entry);
      if (!fits) return std::optional(verified_ + 1);
      verified_ = entry.number;
      verified_hash_ = entry.hash;
    }
    if (entries->size() < kOfAStep) return std::optional<std::int64_t>();
  }
}

}  // namespace tidemark
