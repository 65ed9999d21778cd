#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/whole_root.h"

namespace tidemark {

/// Which messages an event log holds, by the hash of their ids: so that a message counts once
/// whenever it comes again.
///
/// The log is the truth and this its index. Hashes added last lie in memory, twice `kMostRecent` of
/// them at most (at 20 bytes); the others in sorted files of 16 bytes a hash, found through filters
/// of 14 bits a hash of which at most 256 MB are held in memory, whatever their number. Files are
/// written beside what goes on. What was in memory when the process died is read from the log
/// again: `log` and `batch` say from where on.
class MessageIndex {
 public:
  static constexpr std::size_t kMostRecent = 3'500'000;

  /// Opens the index in a folder, made if absent; without a folder it lives in memory. A file is
  /// written for each `most_recent` hashes.
  static Result<std::unique_ptr<MessageIndex>> open(const std::filesystem::path& folder,
                                                    std::size_t most_recent = kMostRecent);
  ~MessageIndex();
  MessageIndex(const MessageIndex&) = delete;
  MessageIndex& operator=(const MessageIndex&) = delete;

  /// The log it is of; empty while it is of none.
  const std::string& log() const { return log_; }
  /// All batches of the log up to and with this one are in it.
  std::uint64_t batch() const { return batch_; }

  /// A file of it was found damaged: it has to begin anew.
  bool is_damaged() const { return is_damaged_; }

  /// Forgets everything and becomes the index of a log of which it has no batch yet.
  Result<void> begin(const std::string& log);

  /// For each message whether it is in the log, or came before among these. No message (0) never
  /// is.
  Result<std::vector<bool>> known(std::span<const Wide> messages) const;

  /// Adds messages of the log up to and with `batch`; 0 is passed over.
  Result<void> add(std::span<const Wide> messages, std::uint64_t batch);

 private:
  struct Files;  // keeps RocksDB out of this header

  MessageIndex(std::unique_ptr<Files> files, std::size_t most_recent);

  std::unique_ptr<Files> files_;
  std::size_t most_recent_;
  std::string log_;
  std::uint64_t batch_ = 0;
  mutable bool is_damaged_ = false;
};

}  // namespace tidemark
