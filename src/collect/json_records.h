#pragma once

#include <memory>

#include "collect/line_reader.h"
#include "collect/record_reader.h"

namespace tidemark {

/// Records of a JSON Lines file: one object a line. Columns are the keys of the first hundred
/// lines; keys of inner objects are written with dots (`context.groupId`).
class JsonRecords final : public RecordReader {
 public:
  static Result<std::unique_ptr<RecordReader>> open(std::unique_ptr<ByteSource> bytes,
                                                    const std::string& name,
                                                    const ColumnWishes& wishes);
  ~JsonRecords() override;

  std::string_view format() const override { return "JSON Lines"; }
  const std::vector<std::string>& columns() const override { return columns_; }
  const FieldMapping& mapping() const override { return mapping_; }
  Result<Reading> next() override;
  std::uint64_t file_position() const override { return lines_.file_position(); }

 private:
  explicit JsonRecords(std::unique_ptr<ByteSource> bytes);

  Result<void> read_keys(const std::string& name, const ColumnWishes& wishes);
  Reading read_line(const LineReader::Line& line);

  struct Parser;  // keeps the JSON library out of this header

  LineReader lines_;
  std::unique_ptr<Parser> parser_;
  std::vector<std::string> columns_;
  FieldMapping mapping_;
};

}  // namespace tidemark
