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
};

std::span<const Table> tables();

/// Makes the tables that are not there. Fails with `conflict` where a newer Tidemark made them.
Result<void> migrate(const Server& server);

}  // namespace tidemark::click
