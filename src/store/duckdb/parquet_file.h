#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "store/duckdb/database.h"

namespace tidemark::duck {

/// The rows of a Parquet file, as text.
class ParquetFile {
 public:
  static Result<ParquetFile> open(const std::filesystem::path& file);

  const std::vector<std::string>& columns() const { return columns_; }

  /// Reads these columns as text, and the columns of `others` as one JSON object, or null, after
  /// them. Rows come in the file's order, chunk by chunk.
  Result<Rows> read(const std::vector<std::size_t>& columns,
                    const std::vector<std::size_t>& others);

 private:
  ParquetFile(Database database, Connection connection, std::string file)
      : database_(std::move(database)),
        connection_(std::move(connection)),
        file_(std::move(file)) {}

  Database database_;
  Connection connection_;
  std::string file_;
  std::vector<std::string> columns_;
  std::vector<bool> is_nested_;
};

}  // namespace tidemark::duck
