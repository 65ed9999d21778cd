#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

struct sqlite3;

namespace tidemark {

/// One run of a command that changes the workspace, as the journal has it.
struct JournalEntry {
  std::int64_t number = 0;
  std::string command;
  Instant started;
  std::optional<Instant> ended;  // none: it is running, or its process died
  std::string outcome;           // one sentence
};

/// Something that sends events: a web site, a server. Paused, it is refused.
struct Source {
  std::uint16_t number = 0;
  std::string name;
  bool is_paused = false;
};

/// A key that lets a source send. Its text is shown once and not kept.
struct WriteKey {
  std::string hint;  // its first characters, by which people know it
  std::string hash;  // SHA-256 of its text
  Source source;
  std::vector<std::string> origins;  // of browsers that may use it; empty: all
  Instant created;
  std::optional<Instant> last_used;
};

/// Control data: small, often changed, in a SQLite file of its own. The journal of runs, sources
/// and their keys. The truth about what was published stands in the store; an entry left open by a
/// process that died is closed by the next run.
class Control {
 public:
  static Result<std::unique_ptr<Control>> open(const std::filesystem::path& file);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// Opens an entry and returns its number. Entries still open belong to runs that died; they are
  /// closed as such.
  Result<std::int64_t> begin(const std::string& command, Instant now);
  Result<void> end(std::int64_t number, const std::string& outcome, Instant now);

  /// The last entries, newest first.
  Result<std::vector<JournalEntry>> journal(int entries);

  /// Keeps a key; its source, by name, is made where there is none.
  Result<void> keep_key(const WriteKey& key);
  /// All keys, by source, then oldest first.
  Result<std::vector<WriteKey>> keys();
  /// Forgets the keys with this hint; fails with `not_found` where there is none.
  Result<void> revoke_key(const std::string& hint);
  Result<void> pause_source(const std::string& name, bool is_paused);
  Result<void> note_use(const std::string& hash, Instant at);

 private:
  explicit Control(sqlite3* raw) : raw_(raw) {}

  sqlite3* raw_;
};

}  // namespace tidemark
