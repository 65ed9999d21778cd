#pragma once

#include <span>
#include <string>

#include "store/clickhouse/server.h"

namespace tidemark::click {

/// What changes one step after the other: steps of the two lanes may go on side by side.
enum class Lane : std::uint8_t {
  log,        // events, and what is said of accounts and users
  published,  // days, levels, and what they rest on
};
inline constexpr std::size_t kLanes = 2;

/// A table, whose rows are added by steps of one lane and never changed. Every row names its step
/// in the last column.
struct Table {
  const char* name;
  Lane lane;
  const char* columns;
  const char* partition;  // empty: none
  const char* order;
  bool is_of_accounts = false;  // spread over the shards of a cluster; else on its first
  bool has_large_rows = false;  // each is read apart from its neighbours
};

std::span<const Table> tables();
/// Those of the board, whose rows are of no step.
std::span<const Table> tables_of_boards();

const Table& table_named(std::string_view name);
/// Removes rows of a table, wherever they lie; some time after it was asked for.
Result<void> remove_rows(const Server& server, const Table& table, const std::string& condition);

/// Makes the tables that are not there. On a cluster, a table of a name lies in all its shards, as
/// NAME_here, and NAME itself asks all of them. Fails with `conflict` where a newer Tidemark made
/// them.
/// Whether they are new.
Result<bool> migrate(const Server& server);
/// A name for the tables, other ones have another.
Result<std::string> store_name(const Server& server);

}  // namespace tidemark::click
