#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/audit.h"

namespace tidemark {

namespace sqlite {
class Connection;
}

/// Who changed what, when: entries are added and never changed.
class AuditLog {
 public:
  explicit AuditLog(sqlite::Connection& connection) : connection_(connection) {}

  /// Adds an entry; its number and hash are worked out.
  Result<void> add(AuditEntry entry);
  /// Newest first, from before entry `before` on.
  Result<std::vector<AuditEntry>> read(std::int64_t before, int limit);
  /// The number of the first entry whose hash does not fit what it and the entry before say; none
  /// where all do.
  Result<std::optional<std::int64_t>> first_broken();

 private:
  sqlite::Connection& connection_;
  std::mutex verified_lock_;
  std::int64_t verified_ = 0;  // entries up to this number fit, the last with this hash
  std::string verified_hash_;
};

}  // namespace tidemark
