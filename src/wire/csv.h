#pragma once

#include <string>
#include <string_view>

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

}  // namespace tidemark
