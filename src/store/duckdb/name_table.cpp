#include "store/duckdb/name_table.h"

namespace tidemark::duck {
namespace {

const char* select_of(NameTable table) {
  return table == NameTable::account ? "SELECT id FROM account ORDER BY number"
                                     : "SELECT name FROM event_name ORDER BY number";
}

const char* count_of(NameTable table) {
  return table == NameTable::account ? "SELECT count(*)::BIGINT FROM account"
                                     : "SELECT count(*)::BIGINT FROM event_name";
}

}  // namespace

Result<std::vector<std::string>> read_names(Connection& connection, NameTable table) {
  return connection.texts(select_of(table));
}

Result<void> append_names(Connection& connection, NameTable table,
                          const std::vector<std::string>& names) {
  if (names.empty()) return {};
  auto count = connection.query(count_of(table));
  if (!count) return count.error();
  std::int64_t number = count->next().column<std::int64_t>(0)[0];
  auto appender =
      Appender::open(connection, table == NameTable::account ? "account" : "event_name");
  if (!appender) return appender.error();
  for (const std::string& name : names) {
    const auto [chunk, row] = appender->next_row();
    if (table == NameTable::account) {
      chunk.column<std::uint32_t>(0)[row] = static_cast<std::uint32_t>(number++);
    } else {
      chunk.column<std::uint16_t>(0)[row] = static_cast<std::uint16_t>(number++);
    }
    chunk.set_text(1, row, name);
  }
  return appender->close();
}

}  // namespace tidemark::duck
