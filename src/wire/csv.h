#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/table_rows.h"

namespace tidemark {

/// Appends a field to a line of CSV (RFC 4180), quoted only where it must be.
inline void append_csv_field(std::string& line, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += field;
    return;
  }
  line += '"';
  for (const char character : field) {
    if (character == '"') line += '"';
    line += character;
  }
  line += '"';
}

/// The rows as CSV (RFC 4180, but lines end with a line feed alone), below a line of names.
std::string csv_of(const TableRows& table);

/// The rows of a CSV, its line of names among them; what is wrongly quoted is read as far as it
/// goes.
std::vector<std::vector<std::string>> rows_of_csv(std::string_view text);

}  // namespace tidemark
