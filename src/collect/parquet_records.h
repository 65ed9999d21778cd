#pragma once

#include "collect/record_reader.h"
#include "store/duckdb/parquet_file.h"

namespace tidemark {

/// Records of a Parquet file; a record's line is its row, from 1.
class ParquetRecords final : public RecordReader {
 public:
  static Result<std::unique_ptr<RecordReader>> open(const std::filesystem::path& file,
                                                    const ColumnWishes& wishes);

  /// Records of which the text is the whole row, as a JSON object.
  static Result<std::unique_ptr<RecordReader>> open_messages(const std::filesystem::path& file);

  std::string_view format() const override { return "Parquet"; }
  const std::vector<std::string>& columns() const override { return file_.columns(); }
  const FieldMapping& mapping() const override { return mapping_; }
  Result<Reading> next() override;
  std::uint64_t file_position() const override { return 0; }

 private:
  ParquetRecords(duck::ParquetFile file, FieldMapping mapping)
      : file_(std::move(file)), mapping_(mapping) {}

  static Result<std::unique_ptr<RecordReader>> open(duck::ParquetFile parquet,
                                                    const FieldMapping& mapping);

  duck::ParquetFile file_;
  FieldMapping mapping_;
  std::vector<Field> fields_;  // in the order they are read
  duck::Rows rows_;
  duck::Chunk chunk_{nullptr};
  std::size_t row_ = 0;
  std::uint64_t line_ = 0;
  std::string text_;
};

}  // namespace tidemark
