#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark {

/// A table of events that somebody else fills, where the store's own tables are: it is read, and
/// never written. Each field is a column of it, or an expression of the database's SQL.
struct MappedTable {
  std::string name;  // DATABASE.TABLE
  std::string account;
  std::string event;
  std::string at;          // a moment in time, no number and no text
  std::string user;        // empty: it names none
  std::string properties;  // a JSON object; empty: it has none
};

/// A mapped table as it was when it was looked at.
struct SeenTable {
  MappedTable table;
  Instant until;             // what happened before counts
  std::uint64_t events = 0;  // that count
  // Rows without account and user, event, or time since 1990, of a time to come, of an account that
  // means nothing, or with names that are no text.
  std::uint64_t left_out = 0;
  std::optional<Instant> first;  // event that counts
  std::optional<Instant> last;
};

/// The tables of others whose events count beside the log's own. Accounts and events that a row
/// names get their numbers when the table is looked at; what came since counts from the next look
/// on. A row that names only a user counts for the account that the user is known to be of.
class MappedTables {
 public:
  virtual ~MappedTables() = default;

  virtual Result<std::vector<SeenTable>> all() = 0;  // by name
  /// A number that is another one after any of this was changed, or accounts and events numbered,
  /// through this process.
  virtual std::uint64_t changes() const = 0;
  /// Maps a table, and looks at it; takes the place of a mapping of the same table. Fails with
  /// `invalid_input` where the database cannot read a field, or it is no fit one: events are of
  /// some kinds, not of another one each.
  virtual Result<SeenTable> add(const MappedTable& table, Instant now) = 0;
  /// Its events count no more; what was published stays. Fails with `not_found`.
  virtual Result<void> remove(const std::string& name) = 0;
  /// Does some work while nobody else numbers accounts and events.
  using Alone = std::function<Result<void>(const std::function<Result<void>()>& work)>;
  /// Looks at all of them, if rows came, went or changed since. Whether they did. Fails with
  /// `unavailable` where a table cannot be read any more, saying which. Only what is short is done
  /// by `alone`.
  virtual Result<bool> look(Instant now, const Alone& alone) = 0;
};

}  // namespace tidemark
