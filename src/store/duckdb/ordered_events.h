#pragma once

#include <filesystem>
#include <mutex>
#include <optional>

#include "store/duckdb/database.h"
#include "store/duckdb/event_table.h"

namespace tidemark::duck {

/// A copy of the events in the order of accounts, in a file of its own in the cache: the events of
/// one account are few blocks of it, while they lie all over the log. What came since is read from
/// the log. A copy that is damaged, or of another log, is made anew. Safe to use from several
/// threads, each with its connection to the same database.
class OrderedEvents {
 public:
  /// An empty path: there is never a copy.
  explicit OrderedEvents(std::filesystem::path file) : file_(std::move(file)) {}

  /// Makes the copy anew where a good part of the log is not in it; where it lacks little, does
  /// nothing.
  Result<void> renew(Connection& connection);

  /// Up to which batch of the log, as the connection sees it, events can be read from
  /// `kOrderedEvents` instead; none: they cannot.
  Result<std::optional<std::uint64_t>> batch(Connection& connection);

 private:
  /// Whether the file is there for questions; `makes` it where it is not.
  Result<bool> attach(Connection& connection, bool makes);

  std::filesystem::path file_;
  std::mutex lock_;  // of what follows
  bool is_attached_ = false;
  std::mutex renewing_;
};

/// The table of the copy; without the columns nobody asks an account for.
inline constexpr const char* kOrderedEvents = "by_account.event";

}  // namespace tidemark::duck
