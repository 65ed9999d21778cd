#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace tidemark {

/// A column to write, and how its cells read.
struct TableColumn {
  enum class Type : std::uint8_t { text, number, day, truth };
  std::string name;
  Type type = Type::text;
};

/// Rows of text cells, one a column; an empty cell of a column that is no text is null.
struct TableRows {
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>> rows;
};

/// The bytes of a Parquet file (zstd) of the rows. Fails with `unavailable` where it cannot be
/// written to the system's folder for temporary files.
Result<std::string> parquet_of(const TableRows& table);

}  // namespace tidemark
