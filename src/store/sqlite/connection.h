#pragma once

#include <mutex>

#include <sqlite3.h>

#include "store/sqlite/statement.h"

namespace tidemark::sqlite {

/// An open file, for one thread at a time.
struct Connection {
  sqlite3* raw = nullptr;
  std::mutex lock;
};

/// Does `work` as one transaction that no other process comes between; undoes it where that fails.
template <class Work>
auto in_transaction(Connection& connection, const Work& work) -> decltype(work()) {
  const std::lock_guard lock(connection.lock);
  if (auto begun = Statement(connection.raw, "BEGIN IMMEDIATE").run(); !begun) {
    return begun.error();
  }
  auto done = work();
  if (done) {
    if (auto kept = Statement(connection.raw, "COMMIT").run(); kept) return done;
  }
  Error problem = done ? control_error(connection.raw) : done.error();
  [[maybe_unused]] const auto undone = Statement(connection.raw, "ROLLBACK").run();
  return problem;
}

}  // namespace tidemark::sqlite
