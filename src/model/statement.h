#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"

namespace tidemark {

/// What a statement is about.
enum class Subject : std::uint8_t { account, user };

/// Statements by column, all of one length: the value of a property from an instant on. The user's
/// property `account_id` is the account they belong to.
struct StatementBatch {
  Subject subject = Subject::account;
  std::vector<AccountNumber> account = {};  // of accounts
  TextColumn user = {};                     // of users
  TextColumn property = {};
  TextColumn value = {};                           // JSON; `null` ends an earlier value
  std::vector<std::optional<Instant>> since = {};  // none: the source says no date
  std::vector<std::uint64_t> line = {};

  std::size_t size() const { return since.size(); }
  std::size_t bytes() const {
    return size() * 40 + user.bytes() + property.bytes() + value.bytes();
  }
  void clear() { *this = StatementBatch{.subject = subject}; }
};

/// A statement about one account or user, as it is stored.
struct Statement {
  AccountNumber account = 0;  // of accounts
  std::string user;           // of users
  std::string property;
  std::string value;             // JSON
  std::optional<Instant> since;  // none: from the beginning
};

}  // namespace tidemark
