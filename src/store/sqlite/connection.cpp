#include "store/sqlite/connection.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "store/sqlite/wal_mark.h"

namespace tidemark::sqlite {
namespace {

constexpr const char* kSettings =
    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

/// A path within an address.
std::string encoded_path(std::string_view path) {
  std::string encoded;
  for (const char letter : path) {
    if (letter == '%' || letter == '?' || letter == '#') {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    } else {
      encoded += letter;
    }
  }
  return encoded;
}

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

/// SQLite calls it when a commit is durable, in the place of its own checkpoints.
int Connection::after_commit(void* connection, sqlite3* raw, const char*, int frames) {
  constexpr int kFramesOfCheckpoint = 1000;
  note_durable_frames(static_cast<Connection*>(connection)->file_,
                      static_cast<std::uint32_t>(frames));
  if (frames >= kFramesOfCheckpoint) {
    sqlite3_wal_checkpoint_v2(raw, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  return SQLITE_OK;
}

Connection::Connection(std::filesystem::path file, StoreAccess access)
    : file_(std::move(file)), access_(access) {
  open();
}

Connection::~Connection() { close(); }

void Connection::open() {
  // What fails here fails again with the first statement, which says so.
  if (access_ == StoreAccess::reads) {
    // Nobody else writes it either: it is read without its log of changes where that is away.
    sqlite3_open_v2(("file:" + encoded_path(file_.string()) + "?immutable=1").c_str(), &raw_,
                    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
    return;
  }
  sqlite3_open(file_.c_str(), &raw_);
  sqlite3_wal_hook(raw_, &after_commit, this);
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
