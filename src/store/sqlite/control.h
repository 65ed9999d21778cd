#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite/audit_log.h"
#include "store/sqlite/given_answers.h"
#include "store/sqlite/outbox.h"
#include "store/sqlite/people.h"
#include "store/sqlite/play_log.h"
#include "store/sqlite/remarks.h"
#include "store/store_access.h"

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

/// A setting, not empty where the cuts are to be made anew with the next published day: when that
/// was asked for.
inline constexpr std::string_view kRecalibrateNext = "recalibrate_next";

/// Control data: small, often changed, in a SQLite file of its own. The journal of runs, sources
/// and their keys, people, what they said and what they changed. Safe to use from several threads,
/// and beside other processes. The truth about what was published stands in the store; an entry
/// left open by a process that died is closed by the next run.
class Control {
 public:
  /// Makes the file where there is none.
  static Result<std::unique_ptr<Control>> open(const std::filesystem::path& file);
  /// Fails with `corrupt_data` where there is no file, saying what is lost with it. For
  /// `Access::reads`, of a folder that cannot be written, nothing can be changed.
  static Result<std::unique_ptr<Control>> open_existing(const std::filesystem::path& file,
                                                        StoreAccess access);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// Opens an entry and returns its number. Entries still open belong to runs that died; they are
  /// closed as such.
  Result<std::int64_t> begin(const std::string& command, Instant now);
  Result<void> end(std::int64_t number, const std::string& outcome, Instant now);

  /// What SQLite finds wrong with the file, a sentence each; empty if nothing is. Reads all of it.
  Result<std::vector<std::string>> verify();

  /// The last entries, newest first.
  Result<std::vector<JournalEntry>> journal(int entries);

  /// Keeps a key; its source, by name, is made where there is none.
  Result<void> keep_key(const WriteKey& key);
  /// The source of that name, which is made where there is none.
  Result<Source> source_named(const std::string& name);
  /// Every source there is, by number.
  Result<std::vector<Source>> sources();
  /// All keys, by source, then oldest first.
  Result<std::vector<WriteKey>> keys();
  /// Forgets the keys with this hint; fails with `not_found` where there is none.
  Result<void> revoke_key(const std::string& hint);
  Result<void> pause_source(const std::string& name, bool is_paused);
  Result<void> note_use(const std::string& hash, Instant at);

  /// Something small that was asked for and waits; empty where nothing was.
  Result<std::string> setting(const std::string& name);
  Result<void> set(const std::string& name, const std::string& value);
  /// Forgets a setting, unless another value was set meanwhile.
  Result<void> clear(const std::string& name, const std::string& value);

  /// Does `work` as one transaction: all that it changes here is durable when it returns, or, where
  /// it fails, left no trace.
  Result<void> as_one(const std::function<Result<void>()>& work);

  People& people() { return people_; }
  ApiKeys& api_keys() { return api_keys_; }
  AuditLog& audit() { return audit_; }
  Remarks& remarks() { return remarks_; }
  GivenAnswers& given_answers() { return given_answers_; }
  Outbox& outbox() { return outbox_; }
  PlayLog& plays() { return plays_; }

 private:
  explicit Control(std::unique_ptr<sqlite::Connection> connection);

  std::unique_ptr<sqlite::Connection> connection_;
  People people_;
  ApiKeys api_keys_;
  AuditLog audit_;
  Remarks remarks_;
  GivenAnswers given_answers_;
  Outbox outbox_;
  PlayLog plays_;
};

}  // namespace tidemark
