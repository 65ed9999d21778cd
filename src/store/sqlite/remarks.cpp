#include "store/sqlite/remarks.h"

#include "store/sqlite/connection.h"

namespace tidemark {
namespace {

using sqlite::Statement;

Note note_of(const Statement& row) {
  return {row.number(0), row.text(1), row.text(2), row.text(3), row.instant(4)};
}

LevelOverride override_of_row(const Statement& row) {
  return {row.text(0), static_cast<Level>(row.number(1)),
          row.text(2), Day{static_cast<std::int32_t>(row.number(3))},
          row.text(4), row.instant(5)};
}

}  // namespace

Result<std::int64_t> Remarks::keep(const Note& note) {
  const std::lock_guard lock(connection_.lock);
  Statement keeping(connection_,
                    "INSERT INTO note (account, text, author, created) VALUES (?, ?, ?, ?)");
  keeping.bind(note.account).bind(note.text).bind(note.author).bind(note.created);
  if (auto kept = keeping.run(); !kept) return kept.error();
  return std::int64_t{sqlite3_last_insert_rowid(connection_.raw())};
}

Result<std::vector<Note>> Remarks::notes_of(const std::string& account) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT number, account, text, author, created FROM note WHERE account = ? "
                    "ORDER BY number DESC");
  return sqlite::rows(reading.bind(account), note_of);
}

Result<std::optional<Note>> Remarks::note(std::int64_t number) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT number, account, text, author, created FROM note WHERE number = ?");
  const auto has_row = reading.bind(number).step();
  if (!has_row) return has_row.error();
  return *has_row ? std::optional(note_of(reading)) : std::nullopt;
}

Result<void> Remarks::remove_note(std::int64_t number) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "DELETE FROM note WHERE number = ?").bind(number).run();
}

Result<void> Remarks::keep(const LevelOverride& override) {
  const std::lock_guard lock(connection_.lock);
  Statement keeping(connection_,
                    "INSERT OR REPLACE INTO level_override "
                    "(account, level, reason, until, author, created) VALUES (?, ?, ?, ?, ?, ?)");
  keeping.bind(override.account).bind(static_cast<int>(override.level)).bind(override.reason);
  return keeping.bind(override.until.number).bind(override.author).bind(override.created).run();
}

Result<std::optional<LevelOverride>> Remarks::override_of(const std::string& account) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT account, level, reason, until, author, created FROM level_override "
                    "WHERE account = ?");
  const auto has_row = reading.bind(account).step();
  if (!has_row) return has_row.error();
  return *has_row ? std::optional(override_of_row(reading)) : std::nullopt;
}

Result<std::vector<LevelOverride>> Remarks::overrides() {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT account, level, reason, until, author, created FROM level_override "
                    "ORDER BY account");
  return sqlite::rows(reading, override_of_row);
}

Result<void> Remarks::remove_override(const std::string& account) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "DELETE FROM level_override WHERE account = ?").bind(account).run();
}

}  // namespace tidemark
