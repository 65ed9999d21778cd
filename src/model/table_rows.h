#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace tidemark
