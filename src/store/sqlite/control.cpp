#include "store/sqlite/control.h"

#include <array>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/connection.h"
#include "store/sqlite/wal_mark.h"

namespace tidemark {
namespace {

/// Grows with each change of the tables; a program refuses files of a higher one.
constexpr int kVersion = 1;

constexpr const char* kSchema = R"sql(
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
  CREATE TABLE IF NOT EXISTS setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS person (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    access INTEGER NOT NULL,
    password TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_seen INTEGER
  );
  CREATE TABLE IF NOT EXISTS session (
    hash TEXT PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person (number),
    csrf TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS invitation (
    hash TEXT PRIMARY KEY,
    email TEXT NOT NULL COLLATE NOCASE,
    access INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS api_key (
    hash TEXT PRIMARY KEY,
    hint TEXT NOT NULL,
    name TEXT NOT NULL,
    access INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_used INTEGER
  );
  CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS note (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    created INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS note_account ON note (account);
  CREATE TABLE IF NOT EXISTS level_override (
    account TEXT PRIMARY KEY,
    level INTEGER NOT NULL,
    reason TEXT NOT NULL,
    until INTEGER NOT NULL,
    author TEXT NOT NULL,
    created INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS given_answer (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    has_body INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
  );
  CREATE TABLE IF NOT EXISTS destination (
    name TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    previous_secret TEXT NOT NULL,
    id_field TEXT NOT NULL,
    fields TEXT NOT NULL,
    allows_private INTEGER NOT NULL,
    is_paused INTEGER NOT NULL,
    why_paused TEXT NOT NULL,
    filled_until INTEGER,
    created INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL REFERENCES destination (name),
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    day INTEGER NOT NULL,
    body TEXT NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    problem TEXT NOT NULL,
    ended INTEGER,
    UNIQUE (destination, id)
  );
  CREATE INDEX IF NOT EXISTS delivery_due ON delivery (destination, state, due);
  CREATE INDEX IF NOT EXISTS delivery_next ON delivery (destination, state, number);
  CREATE INDEX IF NOT EXISTS delivery_account ON delivery (destination, account, state, number);
  CREATE TABLE IF NOT EXISTS play_switch (
    play TEXT PRIMARY KEY,
    on_since INTEGER NOT NULL,
    filled_until INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS play_firing (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    play TEXT NOT NULL,
    account TEXT NOT NULL,
    day INTEGER NOT NULL,
    is_held_out INTEGER NOT NULL,
    owner TEXT NOT NULL,
    level INTEGER NOT NULL,
    moved_from INTEGER NOT NULL,
    points INTEGER NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    done_by TEXT NOT NULL DEFAULT '',
    done INTEGER,
    UNIQUE (play, account, day)
  );
  CREATE INDEX IF NOT EXISTS play_firing_account ON play_firing (account);
  CREATE TABLE IF NOT EXISTS silenced (
    account TEXT PRIMARY KEY,
    why TEXT NOT NULL,
    by TEXT NOT NULL,
    since INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS told (
    destination TEXT NOT NULL,
    account TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (destination, account)
  );
)sql";

using sqlite::micros;
using sqlite::Statement;

/// Columns that tables got after the first of them were made.
struct AddedColumn {
  const char* table;
  const char* name;
  const char* type;
};
constexpr std::array kAddedColumns{
    AddedColumn{"destination", "sender", "TEXT NOT NULL DEFAULT ''"},
    AddedColumn{"destination", "recipients", "TEXT NOT NULL DEFAULT ''"},
    AddedColumn{"destination", "audience", "TEXT NOT NULL DEFAULT ''"},
    AddedColumn{"destination", "rhythm", "INTEGER NOT NULL DEFAULT 0"},
    AddedColumn{"destination", "format", "INTEGER NOT NULL DEFAULT 0"},
    AddedColumn{"delivery", "is_backfill", "INTEGER NOT NULL DEFAULT 0"},
};

bool add_columns(sqlite::Connection& connection) {
  for (const auto& [table, name, type] : kAddedColumns) {
    Statement looking(connection, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?");
    const auto is_there = looking.bind(std::string(table)).bind(std::string(name)).step();
    if (!is_there) return false;
    if (*is_there) continue;
    const std::string sql = fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table, name, type);
    const int state = sqlite3_exec(connection.raw(), sql.c_str(), nullptr, nullptr, nullptr);
    // Another process may have added it meanwhile.
    const bool is_double =
        state != SQLITE_OK &&
        std::string_view(sqlite3_errmsg(connection.raw())).find("duplicate column") !=
            std::string_view::npos;
    if (state != SQLITE_OK && !is_double) return false;
  }
  return true;
}

/// Brings the tables up to date. Fails with `conflict` where a newer program made them.
Result<void> prepare(sqlite::Connection& connection, const std::filesystem::path& file) {
  const std::lock_guard lock(connection.lock);
  const auto failed = [&] {
    const int code = sqlite3_errcode(connection.raw());
    const bool is_damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    return Error{
        is_damaged ? ErrorKind::corrupt_data : ErrorKind::unavailable,
        fmt::format("{} cannot be opened: {}{}", file.string(), sqlite3_errmsg(connection.raw()),
                    is_damaged ? "; it holds keys, people, destinations, what waits to be "
                                 "delivered, notes and the audit log: restore it from a "
                                 "backup, or save what can be read by sqlite3 "
                                 "control.sqlite .recover"
                               : "")};
  };
  std::int64_t version = 0;
  {
    Statement reading(connection, "PRAGMA user_version");
    if (const auto has_row = reading.step(); !has_row) return failed();
    version = reading.number(0);
  }
  if (version > kVersion) {
    return Error{
        ErrorKind::conflict,
        fmt::format("{} was written by a newer Tidemark; install that one", file.string())};
  }
  const auto run = [&](const char* sql) {
    return sqlite3_exec(connection.raw(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  if (!run(kSchema) || !add_columns(connection)) return failed();
  if (version < kVersion && !run(fmt::format("PRAGMA user_version = {}", kVersion).c_str())) {
    return failed();
  }
  return {};
}

}  // namespace

Control::Control(std::unique_ptr<sqlite::Connection> connection)
    : connection_(std::move(connection)),
      people_(*connection_),
      api_keys_(*connection_),
      audit_(*connection_),
      remarks_(*connection_),
      given_answers_(*connection_),
      outbox_(*connection_),
      plays_(*connection_) {}

Result<std::unique_ptr<Control>> Control::open(const std::filesystem::path& file) {
  if (auto checked = sqlite::check_durable_frames(file); !checked) return checked.error();
  // It holds hashes of keys and passwords; SQLite makes its other files as open as this one.
  constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
  // One that is there is not opened: closing it again would end the locks that this process holds
  // on it by other connections, and another process could take the log of changes away below them.
  const int made = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kOwnerOnly);
  if (made >= 0) close(made);
  for (const char* suffix : {"", "-wal", "-shm", ".durable"}) {
    [[maybe_unused]] const int state = chmod((file.string() + suffix).c_str(), kOwnerOnly);
  }
  auto connection = std::make_unique<sqlite::Connection>(file, StoreAccess::reads_and_writes);
  if (auto prepared = prepare(*connection, file); !prepared) return prepared.error();
  return std::unique_ptr<Control>(new Control(std::move(connection)));
}

Result<std::unique_ptr<Control>> Control::open_existing(const std::filesystem::path& file,
                                                        StoreAccess access) {
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(file, unknown);
  if (unknown || bytes == 0) {
    return Error{
        ErrorKind::corrupt_data,
        fmt::format("{} is {}, and with it the keys, people, destinations, what waits to be "
                    "delivered, notes and the audit log: restore it from a backup. To go on "
                    "without them, put the control.sqlite of a new workspace (tidemark init) "
                    "there",
                    file.string(), unknown ? "missing" : "empty")};
  }
  if (access == StoreAccess::reads_and_writes) return open(file);
  auto connection = std::make_unique<sqlite::Connection>(file, access);
  return std::unique_ptr<Control>(new Control(std::move(connection)));
}

Control::~Control() = default;

Result<std::int64_t> Control::begin(const std::string& command, Instant now) {
  const std::lock_guard lock(connection_->lock);
  Statement closing(*connection_,
                    "UPDATE journal SET ended = ?, outcome = 'ended without a word: the process "
                    "was killed or crashed' WHERE ended IS NULL");
  if (auto closed = closing.bind(micros(now)).step(); !closed) return closed.error();
  Statement opening(*connection_,
                    "INSERT INTO journal (command, started, outcome) VALUES (?, ?, 'running')");
  if (auto opened = opening.bind(command).bind(micros(now)).step(); !opened) return opened.error();
  return std::int64_t{sqlite3_last_insert_rowid(connection_->raw())};
}

Result<void> Control::end(std::int64_t number, const std::string& outcome, Instant now) {
  const std::lock_guard lock(connection_->lock);
  Statement ending(*connection_, "UPDATE journal SET ended = ?, outcome = ? WHERE number = ?");
  if (auto ended = ending.bind(micros(now)).bind(outcome).bind(number).step(); !ended) {
    return ended.error();
  }
  return {};
}

Result<std::vector<std::string>> Control::verify() {
  const std::lock_guard lock(connection_->lock);
  std::vector<std::string> problems;
  for (const char* check : {"PRAGMA integrity_check(20)", "PRAGMA foreign_key_check"}) {
    Statement checking(*connection_, check);
    auto found = sqlite::rows(checking, [](const Statement& row) { return row.text(0); });
    if (!found) return found.error();
    for (std::string& problem : *found) {
      if (problem != "ok") problems.push_back(std::move(problem));
    }
  }
  return problems;
}

Result<std::vector<JournalEntry>> Control::journal(int entries) {
  const std::lock_guard lock(connection_->lock);
  Statement reading(*connection_,
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
  const std::lock_guard lock(connection_->lock);
  Statement making(*connection_,
                   "INSERT INTO source (name) VALUES (?) ON CONFLICT (name) DO NOTHING");
  if (auto made = making.bind(key.source.name).step(); !made) return made.error();
  Statement keeping(*connection_,
                    "INSERT INTO write_key (hash, hint, source, origins, created) "
                    "SELECT ?, ?, number, ?, ? FROM source WHERE name = ?");
  keeping.bind(key.hash).bind(key.hint).bind(fmt::format("{}", fmt::join(key.origins, " ")));
  if (auto kept = keeping.bind(micros(key.created)).bind(key.source.name).step(); !kept) {
    return kept.error();
  }
  return {};
}

Result<Source> Control::source_named(const std::string& name) {
  const std::lock_guard lock(connection_->lock);
  Statement making(*connection_,
                   "INSERT INTO source (name) VALUES (?) ON CONFLICT (name) DO NOTHING");
  if (auto made = making.bind(name).step(); !made) return made.error();
  Statement reading(*connection_, "SELECT number, is_paused FROM source WHERE name = ?");
  const auto has_row = reading.bind(name).step();
  if (!has_row) return has_row.error();
  return Source{static_cast<std::uint16_t>(reading.number(0)), name, reading.number(1) != 0};
}

Result<std::vector<Source>> Control::sources() {
  const std::lock_guard lock(connection_->lock);
  Statement reading(*connection_, "SELECT number, name, is_paused FROM source ORDER BY number");
  std::vector<Source> sources;
  for (;;) {
    const auto has_row = reading.step();
    if (!has_row) return has_row.error();
    if (!*has_row) return sources;
    sources.push_back(
        {static_cast<std::uint16_t>(reading.number(0)), reading.text(1), reading.number(2) != 0});
  }
}

Result<std::vector<WriteKey>> Control::keys() {
  const std::lock_guard lock(connection_->lock);
  Statement reading(*connection_,
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
  const std::lock_guard lock(connection_->lock);
  Statement revoking(*connection_, "DELETE FROM write_key WHERE hint = ?");
  if (auto revoked = revoking.bind(hint).step(); !revoked) return revoked.error();
  if (sqlite3_changes(connection_->raw()) > 0) return {};
  return Error{ErrorKind::not_found,
               fmt::format("no key begins with {}; \"tidemark keys list\" shows them", hint)};
}

Result<void> Control::pause_source(const std::string& name, bool is_paused) {
  const std::lock_guard lock(connection_->lock);
  Statement pausing(*connection_, "UPDATE source SET is_paused = ? WHERE name = ?");
  if (auto paused = pausing.bind(std::int64_t{is_paused ? 1 : 0}).bind(name).step(); !paused) {
    return paused.error();
  }
  if (sqlite3_changes(connection_->raw()) > 0) return {};
  return Error{ErrorKind::not_found,
               fmt::format("no source is called {}; \"tidemark keys list\" shows them", name)};
}

Result<void> Control::note_use(const std::string& hash, Instant at) {
  const std::lock_guard lock(connection_->lock);
  Statement noting(*connection_, "UPDATE write_key SET last_used = ? WHERE hash = ?");
  if (auto noted = noting.bind(micros(at)).bind(hash).step(); !noted) return noted.error();
  return {};
}

Result<std::string> Control::setting(const std::string& name) {
  const std::lock_guard lock(connection_->lock);
  Statement reading(*connection_, "SELECT value FROM setting WHERE name = ?");
  const auto has_row = reading.bind(name).step();
  if (!has_row) return has_row.error();
  return *has_row ? reading.text(0) : std::string();
}

Result<void> Control::set(const std::string& name, const std::string& value) {
  const std::lock_guard lock(connection_->lock);
  return Statement(*connection_, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)")
      .bind(name)
      .bind(value)
      .run();
}

Result<void> Control::clear(const std::string& name, const std::string& value) {
  const std::lock_guard lock(connection_->lock);
  return Statement(*connection_, "DELETE FROM setting WHERE name = ? AND value = ?")
      .bind(name)
      .bind(value)
      .run();
}

Result<void> Control::as_one(const std::function<Result<void>()>& work) {
  return sqlite::in_transaction(*connection_, work);
}

}  // namespace tidemark
