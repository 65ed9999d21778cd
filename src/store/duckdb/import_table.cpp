#include "store/duckdb/import_table.h"

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

Result<void> append_rejects(Connection& connection, std::uint32_t import,
                            const std::vector<Reject>& rejects) {
  if (rejects.empty()) return {};
  auto appender = Appender::open(connection, "reject");
  if (!appender) return appender.error();
  for (const Reject& reject : rejects) {
    const auto [chunk, row] = appender->next_row();
    chunk.column<std::uint32_t>(0)[row] = import;
    chunk.column<std::uint64_t>(1)[row] = reject.line;
    chunk.set_text(2, row, reject.column);
    chunk.set_text(3, row, reject.value);
    chunk.column<std::uint8_t>(4)[row] = static_cast<std::uint8_t>(reject.reason);
    chunk.set_text(5, row, reject.record);
  }
  return appender->close();
}

constexpr const char* kImportColumns =
    "SELECT number, name, started, records, taken, duplicates, rejected, is_complete, settings, "
    "content FROM import";

Import import_at(const Chunk& chunk, std::size_t row) {
  Import import;
  import.number = chunk.column<std::uint32_t>(0)[row];
  import.name = chunk.text(1, row);
  import.started = Instant{std::chrono::microseconds{chunk.column<std::int64_t>(2)[row]}};
  import.records = chunk.column<std::uint64_t>(3)[row];
  import.taken = chunk.column<std::uint64_t>(4)[row];
  import.duplicates = chunk.column<std::uint64_t>(5)[row];
  import.rejected = chunk.column<std::uint64_t>(6)[row];
  import.is_complete = chunk.column<bool>(7)[row];
  import.settings = chunk.text(8, row);
  import.content = chunk.text(9, row);
  return import;
}

/// The import of a query's only row; none where it has none.
Result<std::optional<Import>> read_import(Result<Rows> rows) {
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  if (!chunk || chunk.size() == 0) return std::optional<Import>();
  return std::optional(import_at(chunk, 0));
}

}  // namespace

Result<std::optional<Import>> import_of_content(Connection& connection,
                                                const std::string& content) {
  return read_import(connection.query(fmt::format("{} WHERE content = $1", kImportColumns),
                                      {std::string_view(content)}));
}

Result<std::optional<Import>> last_import(Connection& connection) {
  return read_import(
      connection.query(fmt::format("{} ORDER BY number DESC LIMIT 1", kImportColumns)));
}

Result<std::vector<Import>> imports(Connection& connection) {
  auto rows = connection.query(fmt::format("{} ORDER BY number", kImportColumns));
  if (!rows) return rows.error();
  std::vector<Import> all;
  const auto read = rows->for_each_row(
      [&](const Chunk& chunk, std::size_t row) { all.push_back(import_at(chunk, row)); });
  if (!read) return read.error();
  return all;
}

Result<std::uint32_t> next_import_number(Connection& connection) {
  auto rows = connection.query("SELECT (coalesce(max(number), 0) + 1)::UINTEGER FROM import");
  if (!rows) return rows.error();
  return rows->next().column<std::uint32_t>(0)[0];
}

Result<void> save_import(Connection& connection, const Import& import,
                         const std::vector<Reject>& rejects) {
  if (auto gone =
          connection.query("DELETE FROM import WHERE number = $1", {std::int64_t{import.number}});
      !gone) {
    return gone.error();
  }
  auto written = connection.query(
      "INSERT INTO import VALUES ($1, $2, $3, $10, make_timestamp($4), $5, $6, $7, $8, $9 = 1)",
      {std::int64_t{import.number}, std::string_view(import.name), std::string_view(import.content),
       import.started.time_since_epoch().count(), static_cast<std::int64_t>(import.records),
       static_cast<std::int64_t>(import.taken), static_cast<std::int64_t>(import.duplicates),
       static_cast<std::int64_t>(import.rejected), std::int64_t{import.is_complete ? 1 : 0},
       std::string_view(import.settings)});
  if (!written) return written.error();
  return append_rejects(connection, import.number, rejects);
}

Result<void> forget_import(Connection& connection, std::uint32_t number) {
  for (const char* sql :
       {"DELETE FROM event WHERE import = $1", "DELETE FROM account_property WHERE import = $1",
        "DELETE FROM user_property WHERE import = $1", "DELETE FROM alias WHERE import = $1",
        "DELETE FROM reject WHERE import = $1", "DELETE FROM import WHERE number = $1"}) {
    if (auto gone = connection.query(sql, {std::int64_t{number}}); !gone) return gone.error();
  }
  return {};
}

Result<std::vector<std::string>> unfinished_imports(Connection& connection) {
  return connection.texts("SELECT name FROM import WHERE NOT is_complete ORDER BY number");
}

Result<void> read_rejects(Connection& connection, std::uint32_t import,
                          const std::function<void(const Reject&)>& sink) {
  auto rows = connection.stream(
      "SELECT line, field, value, reason, record FROM reject WHERE import = $1 ORDER BY line",
      {std::int64_t{import}});
  if (!rows) return rows.error();
  return rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    sink({chunk.column<std::uint64_t>(0)[row], std::string(chunk.text(1, row)),
          std::string(chunk.text(2, row)),
          static_cast<RejectReason>(chunk.column<std::uint8_t>(3)[row]),
          std::string(chunk.text(4, row))});
  });
}

}  // namespace tidemark::duck
