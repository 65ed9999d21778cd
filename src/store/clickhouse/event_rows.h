#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/clickhouse/view.h"
#include "store/mapped_tables.h"

namespace tidemark::click {

/// How the rows of a mapped table are read: expressions of it, of the types of an event's columns.
struct MappedColumns {
  std::string account;  // a text
  std::string event;    // likewise
  std::string micros;   // since 1970, Int64
  std::string user;     // a text
  std::string properties;
};

/// A table that is mapped in a view.
struct MappedRows {
  SeenTable seen;
  MappedColumns columns;
  // By which is seen whether rows came, went or changed since: how many there were, and a sum over
  // those that might count.
  std::uint64_t row_count = 0;
  std::uint64_t checksum = 0;

  /// A SELECT of those rows that may count, as td_account, td_event, td_micros, td_user,
  /// td_properties: they have a time since 1990 and before `until`, an event, and an account or a
  /// user.
  std::string sound(Instant until, std::string_view condition = "1") const;
};

/// What went wrong with a table of others, and what to do about it.
Error about_table(const std::string& name, const Error& error);

/// By name.
Result<std::vector<MappedRows>> mapped_rows(const View& view);

/// A FROM: rows with a td_account, and td_number beside it: one more than the account's number, 0
/// for one that has none.
std::string with_account_numbers(const View& view, const std::string& rows);

/// A part of the events that a view sees: those of the log, or those of a mapped table.
class EventRows {
 public:
  /// The log's first.
  static Result<std::vector<EventRows>> of(const View& view);
  static Result<EventRows> of_mapped(const View& view, const MappedRows& table);

  bool is_log() const { return !mapped_; }

  /// Of a mapped table, as it was looked at last.
  const SeenTable* mapped() const { return mapped_ ? &mapped_->seen : nullptr; }

  /// Hands over these columns of the rows that meet a condition on account, happened_at, name,
  /// user_id, anonymous_id, properties, received_at. Where `account_ids` are given the condition
  /// leaves no rows that name another account than these, of which an empty one stands for none: of
  /// a mapped table that is ordered by account only those are read.
  Result<void> read(std::string_view columns, std::string_view condition,
                    const std::vector<Field>& fields, const std::function<void(const Row&)>& sink,
                    const std::vector<std::string>& account_ids = {}) const;

 private:
  std::string select(std::string_view columns, std::string_view condition,
                     const std::vector<std::string>& account_ids) const;

  EventRows(const View& view, std::string seen) : view_(view), seen_(std::move(seen)) {}

  View view_;
  std::string seen_;  // a condition on the log's rows
  std::optional<MappedRows> mapped_;
  std::string name_;  // an expression for the number of a mapped row's event
};

}  // namespace tidemark::click
