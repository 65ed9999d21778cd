#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

namespace tidemark::duck {

/// How often DuckDB has written the file anew (the iteration of its newer header, counted by
/// checkpoints); none if the file is not there or its headers cannot be read.
std::optional<std::uint64_t> checkpoint_iteration(const std::filesystem::path& file);

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
/// the log, which weakens what it can tell but never makes it wrong. Safe to use from several
/// threads.
class DurableMark {
 public:
  explicit DurableMark(std::filesystem::path database);
  ~DurableMark();
  DurableMark(const DurableMark&) = delete;
  DurableMark& operator=(const DurableMark&) = delete;

  /// What was noted last; none where nothing was, or it cannot be read.
  static std::optional<DurableState> read(const std::filesystem::path& database);
  static std::filesystem::path file_of(const std::filesystem::path& database);

  /// A commit has succeeded.
  void note();

 private:
  std::filesystem::path database_;
  std::mutex lock_;
  int file_ = -1;
  DurableState state_;
};

}  // namespace tidemark::duck
