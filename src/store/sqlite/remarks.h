#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/remark.h"

namespace tidemark {

namespace sqlite {
class Connection;
}

/// What people say of accounts.
class Remarks {
 public:
  explicit Remarks(sqlite::Connection& connection) : connection_(connection) {}

  /// Keeps a note and returns its number.
  Result<std::int64_t> keep(const Note& note);
  Result<std::vector<Note>> notes_of(const std::string& account);  // newest first
  Result<std::optional<Note>> note(std::int64_t number);
  Result<void> remove_note(std::int64_t number);

  /// In the place of the account's last one.
  Result<void> keep(const LevelOverride& override);
  /// Of the account, whether it still holds or not.
  Result<std::optional<LevelOverride>> override_of(const std::string& account);
  Result<std::vector<LevelOverride>> overrides();  // by account
  Result<void> remove_override(const std::string& account);

 private:
  sqlite::Connection& connection_;
};

}  // namespace tidemark
