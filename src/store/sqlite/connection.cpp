#include "store/sqlite/connection.h"

namespace tidemark::sqlite {
namespace {

constexpr const char* kSettings =
    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

/// Whether what the handle holds in memory may differ from the file afterwards.
bool is_of_the_disk(int code) {
  switch (code & 0xFF) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
      return true;
    default:
      return false;
  }
}

}  // namespace

Connection::Connection(std::filesystem::path file) : file_(std::move(file)) { open(); }

Connection::~Connection() { close(); }

void Connection::open() {
  // What fails here fails again with the first statement, which says so.
  sqlite3_open(file_.c_str(), &raw_);
  sqlite3_exec(raw_, kSettings, nullptr, nullptr, nullptr);
}

void Connection::close() {
  if (has_failed_) sqlite3_db_config(raw_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_close(raw_);
  raw_ = nullptr;
}

void Connection::note_failure(int code) {
  if (is_of_the_disk(code)) has_failed_ = true;
}

void Connection::Lock::lock() {
  mutex_.lock();
  if (depth_++ > 0 || !connection_.has_failed_) return;
  connection_.close();
  connection_.has_failed_ = false;
  connection_.open();
}

void Connection::Lock::unlock() {
  --depth_;
  mutex_.unlock();
}

}  // namespace tidemark::sqlite
