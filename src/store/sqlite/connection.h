#pragma once

#include <filesystem>
#include <mutex>

#include <sqlite3.h>

#include "base/result.h"
#include "store/sqlite/statement.h"
#include "store/store_access.h"

namespace tidemark::sqlite {

/// An open file, for one thread at a time. A thread that holds its lock may take it again: what is
/// a transaction by itself may be a part of another.
///
/// After a failed write or a damaged page nothing more is done through the handle: the next thread
/// that takes the lock opens the file again.
class Connection {
 public:
  Connection(std::filesystem::path file, StoreAccess access);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  sqlite3* raw() const { return raw_; }
  /// A statement failed with this result code.
  void note_failure(int code);

  /// For `std::lock_guard`.
  class Lock {
   public:
    explicit Lock(Connection& connection) : connection_(connection) {}
    void lock();
    void unlock();

   private:
    Connection& connection_;
    std::recursive_mutex mutex_;
    int depth_ = 0;
  };
  Lock lock{*this};

 private:
  void open();
  void close();
  static int after_commit(void* connection, sqlite3* raw, const char* schema, int frames);

  std::filesystem::path file_;
  StoreAccess access_;
  sqlite3* raw_ = nullptr;
  bool has_failed_ = false;
};

/// Does `work` as one transaction that no other process comes between; undoes it where that fails.
/// Within another transaction of the thread it is a part of that one, which then fails too.
template <class Work>
auto in_transaction(Connection& connection, const Work& work) -> decltype(work()) {
  const std::lock_guard lock(connection.lock);
  const bool is_part = sqlite3_get_autocommit(connection.raw()) == 0;
  if (is_part) return work();
  if (auto begun = Statement(connection, "BEGIN IMMEDIATE").run(); !begun) {
    return begun.error();
  }
  struct Undo {
    Connection& connection;
    bool is_over = false;
    ~Undo() {
      if (!is_over) [[maybe_unused]]
        const auto undone = Statement(connection, "ROLLBACK").run();
    }
  };
  Undo undo{connection};
  auto done = work();
  if (!done) return done;
  if (auto kept = Statement(connection, "COMMIT").run(); !kept) return kept.error();
  undo.is_over = true;
  return done;
}

}  // namespace tidemark::sqlite
