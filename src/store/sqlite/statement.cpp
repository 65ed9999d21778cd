#include "store/sqlite/statement.h"

#include <fmt/format.h>

#include "store/sqlite/connection.h"

namespace tidemark::sqlite {

Error control_error(sqlite3* raw) {
  const int code = sqlite3_errcode(raw);
  const bool is_of_disk = code == SQLITE_IOERR || code == SQLITE_FULL;
  return Error{ErrorKind::unavailable,
               fmt::format("control.sqlite failed: {}{}", sqlite3_errmsg(raw),
                           is_of_disk ? "; is the disk full? What was being changed may be kept or "
                                        "not"
                                      : "")};
}

Statement::Statement(Connection& connection, const char* sql) : connection_(connection) {
  const int state = sqlite3_prepare_v2(connection_.raw(), sql, -1, &statement_, nullptr);
  connection_.note_failure(state);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::int64_t number) {
  sqlite3_bind_int64(statement_, ++bound_, number);
  return *this;
}

Statement& Statement::bind(const std::string& text) {
  sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(const std::optional<Instant>& instant) {
  if (instant) return bind(*instant);
  sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

Result<bool> Statement::step() {
  const int state = statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_);
  if (state == SQLITE_ROW) return true;
  if (state == SQLITE_DONE) return false;
  connection_.note_failure(state);
  return control_error(connection_.raw());
}

Result<void> Statement::run() {
  if (auto stepped = step(); !stepped) return stepped.error();
  return {};
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes == nullptr
             ? ""
             : std::string(bytes,
                           static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

}  // namespace tidemark::sqlite
