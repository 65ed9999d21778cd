#pragma once

#include <csv.h>

#include "collect/line_reader.h"
#include "collect/record_reader.h"

namespace tidemark {

/// Records of a CSV file (RFC 4180; comma, semicolon, tab or bar) whose first line names the
/// columns.
///
/// A quote that stays open for a thousand lines or a mebibyte is a mistake in its first line: that
/// line alone is a reject, and reading goes on with the next.
class CsvRecords final : public RecordReader {
 public:
  static Result<std::unique_ptr<RecordReader>> open(std::unique_ptr<ByteSource> bytes,
                                                    const std::string& name,
                                                    const ColumnWishes& wishes);
  ~CsvRecords() override;

  std::string_view format() const override;
  const std::vector<std::string>& columns() const override { return columns_; }
  const FieldMapping& mapping() const override { return mapping_; }
  Result<Reading> next() override;
  std::uint64_t file_position() const override { return lines_.file_position(); }

 private:
  explicit CsvRecords(std::unique_ptr<ByteSource> bytes);

  enum class Row { read, open_quote, too_long, end };
  Result<Row> read_row();
  bool split_unquoted(std::string_view line);
  void split_quoted(std::string_view line);
  Reading record_of_row();
  Result<void> read_header(const std::string& name, const ColumnWishes& wishes);

  LineReader lines_;
  csv_parser parser_{};
  char delimiter_ = ',';

  std::string text_;        // of the row, as it came
  std::uint64_t line_ = 0;  // on which the row began
  std::vector<std::string_view> fields_;
  std::string field_block_;  // the quoted row's fields, unquoted
  std::vector<std::size_t> field_ends_;
  bool is_row_complete_ = false;
  std::string other_members_;

  std::vector<std::string> columns_;
  std::vector<std::string> column_keys_;  // of columns that hold no field: `"plan":`
  FieldMapping mapping_;
};

}  // namespace tidemark
