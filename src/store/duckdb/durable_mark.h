#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace tidemark::duck {

/// How often DuckDB has written the file anew (the iteration of its newer header, counted by
/// checkpoints); none if the headers cannot be read. `file` is an open descriptor: opening the file
/// and closing it again would end the lock that this process holds on it by DuckDB.
std::optional<std::uint64_t> checkpoint_iteration(int file);

/// How much of the write-ahead log was durable after the last acknowledged commit.
struct DurableState {
  std::uint64_t iteration = 0;  // of the file the log belongs to
  std::uint64_t bytes = 0;      // of the log
  // Which log it is: the hash of its first bytes.
  std::uint64_t fingerprint_bytes = 0;
  std::string fingerprint;
  std::string previous;  // the fingerprint of the log before the last checkpoint

  friend bool operator==(const DurableState&, const DurableState&) = default;
};

/// Keeps that state beside the database, in FILE.durable, so that a log that lost acknowledged
/// commits, or is of another moment than its file, is told from one with a torn end.
///
/// The state is written after each commit and not synced: after a power cut it may be older than
/// the log, which weakens what it can tell but never makes it wrong. No other commit may be under
/// way while it is noted: its half-written part would be taken for durable.
class DurableMark {
 public:
  explicit DurableMark(std::filesystem::path database);
  ~DurableMark();
  DurableMark(const DurableMark&) = delete;
  DurableMark& operator=(const DurableMark&) = delete;

  /// What was noted last; none where nothing was, or it cannot be read.
  static std::optional<DurableState> read(const std::filesystem::path& database);
  static std::filesystem::path file_of(const std::filesystem::path& database);

  /// Writes another state, when nobody has the database open.
  static void write(const std::filesystem::path& database, const DurableState& state);

  /// A commit has succeeded. Fails with `corrupt_data` where it went into a file that somebody has
  /// deleted or cut: nothing is durable there.
  Result<void> note();

 private:
  std::filesystem::path database_;
  int opened_ = -1;  // the database; closed only after DuckDB has closed it
  int file_ = -1;
  DurableState state_;
};

}  // namespace tidemark::duck
