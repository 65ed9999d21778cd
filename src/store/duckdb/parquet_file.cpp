#include "store/duckdb/parquet_file.h"

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

std::string sql_quoted(std::string_view name, char quote) {
  std::string text(1, quote);
  for (const char character : name) {
    if (character == quote) text += quote;
    text += character;
  }
  return text + quote;
}

}  // namespace

Result<ParquetFile> ParquetFile::open(const std::filesystem::path& file) {
  auto database = Database::open({});
  if (!database) return database.error();
  auto connection = database->connect();
  if (!connection) return connection.error();
  if (auto set = connection->run("SET preserve_insertion_order = true"); !set) return set.error();
  ParquetFile parquet(*std::move(database), *std::move(connection), file.string());
  auto described = parquet.connection_.query(
      fmt::format("SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet({}))",
                  sql_quoted(parquet.file_, '\'')));
  if (!described) {
    return Error{ErrorKind::invalid_input, fmt::format("{} cannot be read as Parquet: {}",
                                                       parquet.file_, described.error().message)};
  }
  while (const Chunk chunk = described->next()) {
    for (std::size_t row = 0; row < chunk.size(); ++row) {
      const std::string_view type = chunk.text(1, row);
      parquet.columns_.emplace_back(chunk.text(0, row));
      parquet.is_nested_.push_back(type.find('(') != std::string_view::npos &&
                                   !type.starts_with("DECIMAL"));
    }
  }
  return parquet;
}

Result<Rows> ParquetFile::read(const std::vector<std::size_t>& columns,
                               const std::vector<std::size_t>& others) {
  std::string sql = "SELECT ";
  for (const std::size_t column : columns) {
    const std::string name = sql_quoted(columns_[column], '"');
    sql += is_nested_[column] ? fmt::format("to_json({})::VARCHAR, ", name)
                              : fmt::format("{}::VARCHAR, ", name);
  }
  std::string members;
  for (const std::size_t column : others) {
    if (!members.empty()) members += ", ";
    members += fmt::format("{} := {}", sql_quoted(columns_[column], '"'),
                           sql_quoted(columns_[column], '"'));
  }
  sql +=
      members.empty() ? "NULL::VARCHAR" : fmt::format("to_json(struct_pack({}))::VARCHAR", members);
  sql += fmt::format(" FROM read_parquet({})", sql_quoted(file_, '\''));
  return connection_.stream(sql);
}

}  // namespace tidemark::duck
