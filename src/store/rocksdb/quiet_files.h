#pragma once

#include <atomic>
#include <memory>

namespace rocksdb {
class Env;
}

namespace tidemark {

/// Files of RocksDB of which failed writes are counted and not reported to it.
///
/// Debian builds RocksDB with assertions, and some of them end the process when a file is written
/// to or closed after a write has failed. So a write that fails looks like one that did not; who
/// owns the database asks `failures` and gives it up. Safe to use from several threads.
class QuietFiles {
 public:
  QuietFiles();
  ~QuietFiles();

  rocksdb::Env* env() const { return env_.get(); }
  /// Writes, syncs and truncations that failed so far.
  std::uint64_t failures() const { return *failures_; }

 private:
  std::shared_ptr<std::atomic<std::uint64_t>> failures_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace tidemark
