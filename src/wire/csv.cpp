#include "wire/csv.h"

#include <csv.h>

#include "base/check.h"

namespace tidemark {

std::string csv_of(const TableRows& table) {
  std::string text;
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    if (at > 0) text += ',';
    append_csv_field(text, table.columns[at].name);
  }
  text += '\n';
  for (const auto& row : table.rows) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at > 0) text += ',';
      append_csv_field(text, row[at]);
    }
    text += '\n';
  }
  return text;
}

std::vector<std::vector<std::string>> rows_of_csv(std::string_view text) {
  struct Reading {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row;
  } reading;
  csv_parser parser;
  CHECK(csv_init(&parser, CSV_APPEND_NULL) == 0);
  csv_set_space_func(&parser, [](unsigned char) { return 0; });  // spaces are part of a field
  const auto take_field = [](void* field, std::size_t length, void* data) {
    const auto* letters = static_cast<const char*>(field);
    static_cast<Reading*>(data)->row.emplace_back(letters == nullptr ? "" : letters,
                                                  letters == nullptr ? 0 : length);
  };
  const auto take_row = [](int, void* data) {
    auto* of = static_cast<Reading*>(data);
    of->rows.push_back(std::move(of->row));
    of->row.clear();
  };
  csv_parse(&parser, text.data(), text.size(), take_field, take_row, &reading);
  csv_fini(&parser, take_field, take_row, &reading);
  csv_free(&parser);
  return std::move(reading.rows);
}

}  // namespace tidemark
