#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>

#include "store/duckdb/database.h"
#include "store/duckdb/event_table.h"
#include "store/duckdb/published_tables.h"

namespace tidemark::duck {

/// Copies of what is asked of one account (events, published records and changes) in the order of
/// accounts, in a file of its own in the cache: there they are few blocks, while in the tables they
/// lie all over. What came since is read from the tables. A copy that is damaged, or of what was
/// taken back, is made anew. Safe to use from several threads, each with its connection to the same
/// database.
class OrderedCopy {
 public:
  /// An empty path: there is never a copy.
  explicit OrderedCopy(std::filesystem::path file) : file_(std::move(file)) {}

  /// Attaches the file, where there is one, before questions come. Where that fails there are no
  /// copies.
  void open(Connection& connection);
  /// Whether the file is there for connections whose transaction begins from now on; one that began
  /// before does not see it.
  bool is_attached() const { return is_attached_; }

  /// It was found damaged: nobody reads it from now on, and `renew` makes another.
  void give_up();

  /// Makes the copies anew where a good part is not in them; where they lack little, does nothing.
  Result<void> renew(Connection& connection);

  /// How far the copies can be read by a connection that sees them, and this of the tables; none:
  /// not at all.
  struct Reach {
    std::optional<std::uint64_t> events;  // up to this batch, from `kOrderedEvents`
    std::optional<Day> published;  // up to this day, from `kOrderedRecords` and `kOrderedChanges`
  };
  Result<Reach> reach(Connection& connection, const EventLog& log, const PublishedLog& published);

 private:
  Result<void> attach(Connection& connection);
  Result<void> renew_parts(Connection& connection);
  std::filesystem::path file_in_use() const;
  void remove_files() const;

  std::filesystem::path file_;
  std::atomic<bool> is_attached_{false};
  std::atomic<bool> is_damaged_{false};
  int damaged_ = 0;  // how many were: a file that is open still cannot be attached anew by its name
  std::mutex renewing_;
};

// The tables of the copy; without the columns nobody asks an account for.
inline constexpr const char* kOrderedEvents = "by_account.event";
inline constexpr const char* kOrderedRecords = "by_account.level";
inline constexpr const char* kOrderedChanges = "by_account.change";

}  // namespace tidemark::duck
