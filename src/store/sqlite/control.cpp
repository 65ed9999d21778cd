#include "store/sqlite/control.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/check.h"

namespace tidemark {
namespace {

constexpr const char* kSchema = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS journal (
    number INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER,
    outcome TEXT NOT NULL
  );
)sql";

Error control_error(sqlite3* raw) {
  return Error{ErrorKind::unavailable,
               fmt::format("the control file failed: {}", sqlite3_errmsg(raw))};
}

/// A prepared statement; parameters are bound in order.
class Statement {
 public:
  Statement(sqlite3* raw, const char* sql) : raw_(raw) {
    sqlite3_prepare_v2(raw, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t number) {
    sqlite3_bind_int64(statement_, ++bound_, number);
    return *this;
  }
  Statement& bind(const std::string& text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
    return *this;
  }
  /// Steps to the next row; false after the last.
  Result<bool> step() {
    const int state = statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_);
    if (state == SQLITE_ROW) return true;
    if (state == SQLITE_DONE) return false;
    return control_error(raw_);
  }
  std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }
  bool is_null(int column) { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string text(int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr ? "" : bytes;
  }

 private:
  sqlite3* raw_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

std::int64_t micros(Instant instant) { return instant.time_since_epoch().count(); }

}  // namespace

Result<std::unique_ptr<Control>> Control::open(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  const int state = sqlite3_open(file.c_str(), &raw);
  std::unique_ptr<Control> control(new Control(raw));
  if (state != SQLITE_OK || sqlite3_exec(raw, kSchema, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Error{ErrorKind::unavailable,
                 fmt::format("{} cannot be opened: {}", file.string(), sqlite3_errmsg(raw))};
  }
  return control;
}

Control::~Control() { sqlite3_close(raw_); }

Result<std::int64_t> Control::begin(const std::string& command, Instant now) {
  Statement closing(raw_,
                    "UPDATE journal SET ended = ?, outcome = 'ended without a word: the process "
                    "was killed or crashed' WHERE ended IS NULL");
  if (auto closed = closing.bind(micros(now)).step(); !closed) return closed.error();
  Statement opening(raw_,
                    "INSERT INTO journal (command, started, outcome) VALUES (?, ?, 'running')");
  if (auto opened = opening.bind(command).bind(micros(now)).step(); !opened) return opened.error();
  return std::int64_t{sqlite3_last_insert_rowid(raw_)};
}

Result<void> Control::end(std::int64_t number, const std::string& outcome, Instant now) {
  Statement ending(raw_, "UPDATE journal SET ended = ?, outcome = ? WHERE number = ?");
  if (auto ended = ending.bind(micros(now)).bind(outcome).bind(number).step(); !ended) {
    return ended.error();
  }
  return {};
}

Result<std::vector<JournalEntry>> Control::journal(int entries) {
  Statement reading(raw_,
                    "SELECT number, command, started, ended, outcome FROM journal "
                    "ORDER BY number DESC LIMIT ?");
  reading.bind(entries);
  std::vector<JournalEntry> journal;
  for (;;) {
    const auto has_row = reading.step();
    if (!has_row) return has_row.error();
    if (!*has_row) return journal;
    JournalEntry entry{reading.number(0),
                       reading.text(1),
                       Instant{std::chrono::microseconds{reading.number(2)}},
                       {},
                       reading.text(4)};
    if (!reading.is_null(3)) {
      entry.ended = Instant{std::chrono::microseconds{reading.number(3)}};
    }
    journal.push_back(std::move(entry));
  }
}

}  // namespace tidemark
