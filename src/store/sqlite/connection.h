#pragma once

#include <mutex>

#include <sqlite3.h>

#include "store/sqlite/statement.h"

namespace tidemark::sqlite {

/// An open file, for one thread at a time. A thread that holds it may take it again: what is a
/// transaction by itself may be a part of another.
struct Connection {
  sqlite3* raw = nullptr;
  std::recursive_mutex lock;
};

/// Does `work` as one transaction that no other process comes between; undoes it where that fails.
/// Within another transaction of the thread it is a part of that one, which then fails too.
template <class Work>
auto in_transaction(Connection& connection, const Work& work) -> decltype(work()) {
  const std::lock_guard lock(connection.lock);
  const bool is_part = sqlite3_get_autocommit(connection.raw) == 0;
  if (is_part) return work();
  if (auto begun = Statement(connection.raw, "BEGIN IMMEDIATE").run(); !begun) {
    return begun.error();
  }
  struct Undo {
    sqlite3* raw;
    bool is_over = false;
    ~Undo() {
      if (!is_over) [[maybe_unused]]
        const auto undone = Statement(raw, "ROLLBACK").run();
    }
  };
  Undo undo{connection.raw};
  auto done = work();
  if (!done) return done;
  if (auto kept = Statement(connection.raw, "COMMIT").run(); !kept) return kept.error();
  undo.is_over = true;
  return done;
}

}  // namespace tidemark::sqlite
