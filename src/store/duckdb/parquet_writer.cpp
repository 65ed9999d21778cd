#include "store/duckdb/parquet_writer.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "store/duckdb/database.h"

namespace tidemark {
namespace {

using duck::Connection;
using duck::Database;

std::string_view sql_type(TableColumn::Type type) {
  switch (type) {
    case TableColumn::Type::text:
      return "VARCHAR";
    case TableColumn::Type::number:
      return "BIGINT";
    case TableColumn::Type::day:
      return "DATE";
    case TableColumn::Type::truth:
      return "BOOLEAN";
  }
  return "VARCHAR";
}

std::string identifier_text(std::string_view name) {
  std::string text = "\"";
  for (const char letter : name) text += letter == '"' ? "\"\"" : std::string(1, letter);
  return text + "\"";
}

/// A file of this process's own that goes with its owner.
class TemporaryFile {
 public:
  TemporaryFile() {
    std::string name = (std::filesystem::temp_directory_path() / "tidemark-XXXXXX").string();
    const int file = mkstemp(name.data());
    if (file < 0) return;
    close(file);
    path_ = name;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Adds the rows to the table, which has their columns.
Result<void> append(Connection& connection, const TableRows& table) {
  duckdb_appender appender = nullptr;
  bool is_good =
      duckdb_appender_create(connection.raw(), nullptr, "rows", &appender) == DuckDBSuccess;
  for (std::size_t row = 0; is_good && row < table.rows.size(); ++row) {
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
      const std::string& cell = table.rows[row][at];
      const bool is_null = cell.empty() && table.columns[at].type != TableColumn::Type::text;
      if (is_null) {
        duckdb_append_null(appender);
      } else {
        duckdb_append_varchar_length(appender, cell.data(), cell.size());
      }
    }
    is_good = duckdb_appender_end_row(appender) == DuckDBSuccess;
  }
  is_good = is_good && duckdb_appender_close(appender) == DuckDBSuccess;
  const char* const said = appender == nullptr ? nullptr : duckdb_appender_error(appender);
  const std::string why = said == nullptr ? "" : said;
  duckdb_appender_destroy(&appender);
  if (is_good) return {};
  return Error{ErrorKind::unavailable, "the rows cannot be written: " + why};
}

}  // namespace

Result<std::string> parquet_of(const TableRows& table) {
  const TemporaryFile file;
  if (file.path().empty()) {
    return Error{ErrorKind::unavailable, "no temporary file can be made"};
  }
  auto database = Database::open("");
  if (!database) return database.error();
  auto connection = database->connect();
  if (!connection) return connection.error();
  std::string columns;
  for (const TableColumn& column : table.columns) {
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", identifier_text(column.name),
                           sql_type(column.type));
  }
  if (auto made = connection->run(fmt::format("CREATE TABLE rows ({})", columns)); !made) {
    return made.error();
  }
  if (auto added = append(*connection, table); !added) return added.error();
  auto written = connection->run(
      fmt::format("COPY rows TO '{}' (FORMAT parquet, COMPRESSION zstd)", file.path().string()));
  if (!written) return written.error();
  std::ifstream stream(file.path(), std::ios::binary);
  std::ostringstream bytes;
  if (!(stream && bytes << stream.rdbuf())) {
    return Error{ErrorKind::unavailable, "the Parquet file cannot be read back"};
  }
  return bytes.str();
}

}  // namespace tidemark
