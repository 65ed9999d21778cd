#pragma once

#include "collect/line_reader.h"
#include "collect/record_reader.h"

namespace tidemark {

/// The lines of an archive, each a message that its dialect reads: nothing is cut into fields.
class MessageRecords final : public RecordReader {
 public:
  explicit MessageRecords(std::unique_ptr<ByteSource> bytes) : lines_(std::move(bytes)) {}

  std::string_view format() const override { return "JSON Lines"; }
  const std::vector<std::string>& columns() const override { return columns_; }
  const FieldMapping& mapping() const override { return mapping_; }
  Result<Reading> next() override;
  std::uint64_t file_position() const override { return lines_.file_position(); }

 private:
  LineReader lines_;
  std::vector<std::string> columns_;
  FieldMapping mapping_;
};

}  // namespace tidemark
