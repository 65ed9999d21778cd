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

/// Control data: small, often changed, in a SQLite file of its own. So far the journal of runs. The
/// truth about what was published stands in the store; an entry left open by a process that died is
/// closed by the next run.
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

 private:
  explicit Control(sqlite3* raw) : raw_(raw) {}

  sqlite3* raw_;
};

}  // namespace tidemark
