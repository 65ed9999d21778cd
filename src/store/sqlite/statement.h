#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark::sqlite {

Error control_error(sqlite3* raw);

inline std::int64_t micros(Instant instant) { return instant.time_since_epoch().count(); }

class Connection;

/// A prepared statement; parameters are bound in order.
class Statement {
 public:
  Statement(Connection& connection, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t number);
  Statement& bind(int number) { return bind(std::int64_t{number}); }
  Statement& bind(const std::string& text);
  Statement& bind(Instant instant) { return bind(micros(instant)); }
  Statement& bind(const std::optional<Instant>& instant);

  /// Steps to the next row; false after the last.
  Result<bool> step();
  /// Runs a statement that has no rows.
  Result<void> run();

  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string text(int column) const;
  Instant instant(int column) const { return Instant{std::chrono::microseconds{number(column)}}; }
  std::optional<Instant> maybe_instant(int column) const {
    return is_null(column) ? std::nullopt : std::optional(instant(column));
  }

 private:
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

/// Each row of a statement, made by `make` of it.
template <class Make>
auto rows(Statement& statement, const Make& make)
    -> Result<std::vector<decltype(make(statement))>> {
  std::vector<decltype(make(statement))> all;
  for (;;) {
    const auto has_row = statement.step();
    if (!has_row) return has_row.error();
    if (!*has_row) return all;
    all.push_back(make(statement));
  }
}

}  // namespace tidemark::sqlite
