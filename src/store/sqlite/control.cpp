#include "store/sqlite/control.h"

#include <sstream>

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
  CREATE TABLE IF NOT EXISTS source (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    is_paused INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS write_key (
    hash TEXT PRIMARY KEY,
    hint TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES source (number),
    origins TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_used INTEGER
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

Result<void> Control::keep_key(const WriteKey& key) {
  Statement making(raw_, "INSERT INTO source (name) VALUES (?) ON CONFLICT (name) DO NOTHING");
  if (auto made = making.bind(key.source.name).step(); !made) return made.error();
  Statement keeping(raw_,
                    "INSERT INTO write_key (hash, hint, source, origins, created) "
                    "SELECT ?, ?, number, ?, ? FROM source WHERE name = ?");
  keeping.bind(key.hash).bind(key.hint).bind(fmt::format("{}", fmt::join(key.origins, " ")));
  if (auto kept = keeping.bind(micros(key.created)).bind(key.source.name).step(); !kept) {
    return kept.error();
  }
  return {};
}

Result<std::vector<WriteKey>> Control::keys() {
  Statement reading(raw_,
                    "SELECT hint, hash, number, name, is_paused, origins, created, last_used "
                    "FROM write_key JOIN source ON source.number = write_key.source "
                    "ORDER BY name, created");
  std::vector<WriteKey> keys;
  for (;;) {
    const auto has_row = reading.step();
    if (!has_row) return has_row.error();
    if (!*has_row) return keys;
    WriteKey key;
    key.hint = reading.text(0);
    key.hash = reading.text(1);
    key.source = {static_cast<std::uint16_t>(reading.number(2)), reading.text(3),
                  reading.number(4) != 0};
    std::istringstream origins(reading.text(5));
    for (std::string origin; origins >> origin;) key.origins.push_back(origin);
    key.created = Instant{std::chrono::microseconds{reading.number(6)}};
    if (!reading.is_null(7)) key.last_used = Instant{std::chrono::microseconds{reading.number(7)}};
    keys.push_back(std::move(key));
  }
}

Result<void> Control::revoke_key(const std::string& hint) {
  Statement revoking(raw_, "DELETE FROM write_key WHERE hint = ?");
  if (auto revoked = revoking.bind(hint).step(); !revoked) return revoked.error();
  if (sqlite3_changes(raw_) > 0) return {};
  return Error{ErrorKind::not_found,
               fmt::format("no key begins with {}; \"tidemark keys list\" shows them", hint)};
}

Result<void> Control::pause_source(const std::string& name, bool is_paused) {
  Statement pausing(raw_, "UPDATE source SET is_paused = ? WHERE name = ?");
  if (auto paused = pausing.bind(std::int64_t{is_paused ? 1 : 0}).bind(name).step(); !paused) {
    return paused.error();
  }
  if (sqlite3_changes(raw_) > 0) return {};
  return Error{ErrorKind::not_found,
               fmt::format("no source is called {}; \"tidemark keys list\" shows them", name)};
}

Result<void> Control::note_use(const std::string& hash, Instant at) {
  Statement noting(raw_, "UPDATE write_key SET last_used = ? WHERE hash = ?");
  if (auto noted = noting.bind(micros(at)).bind(hash).step(); !noted) return noted.error();
  return {};
}

}  // namespace tidemark
