#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark {

/// The parts of an event that a file's columns become. Of a statement about accounts or users,
/// `time` is the instant since when it holds.
enum class Field : std::uint8_t { account, event, time, user, message_id, received_at, properties };

inline constexpr std::size_t kFieldCount = 7;
inline constexpr std::array<std::string_view, kFieldCount> kFieldNames = {
    "account", "event", "time", "user", "message_id", "received_at", "properties"};

constexpr std::string_view field_name(Field field) {
  return kFieldNames[static_cast<std::size_t>(field)];
}

/// `account=company_id`, as a user says which column is the account.
struct MappedColumn {
  Field field;
  std::string column;
};

/// Reads `account=company_id`; the error names the fields there are.
Result<MappedColumn> parse_mapped_column(std::string_view text);

/// What the records of a file are: events, or what is stated of accounts or users.
enum class RecordKind : std::uint8_t { events, accounts, users };

/// What to look for in a file's columns.
struct ColumnWishes {
  std::vector<MappedColumn> chosen;  // by the user; the others are recognised
  RecordKind kind = RecordKind::events;
  bool account_follows_from_user = false;  // events need no account where they have a user
  bool may_lack_fields = false;            // to look at its columns only
};

/// Which column of a file holds which field. Columns that hold none become properties of the event.
class FieldMapping {
 public:
  /// Finds the fields among a file's columns: as `chosen` says, else by the usual names
  /// (`timestamp`, `account_id`, `company_id`, `event_name` …, in any case and spelling). Fails
  /// when a field that records of the kind need is not found, a chosen column is not there, or a
  /// column's name occurs twice.
  static Result<FieldMapping> find(const std::vector<std::string>& columns,
                                   const ColumnWishes& wishes);

  /// The number of the column that holds the field.
  std::optional<std::size_t> column_of(Field field) const {
    return columns_[static_cast<std::size_t>(field)];
  }
  /// The field a column holds.
  std::optional<Field> field_of(std::size_t column) const;

 private:
  std::array<std::optional<std::size_t>, kFieldCount> columns_;
};

}  // namespace tidemark
