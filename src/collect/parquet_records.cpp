#include "collect/parquet_records.h"

#include <fmt/format.h>

namespace tidemark {

Result<std::unique_ptr<RecordReader>> ParquetRecords::open(const std::filesystem::path& file,
                                                           const ColumnWishes& wishes) {
  auto parquet = duck::ParquetFile::open(file);
  if (!parquet) return parquet.error();
  const auto mapping = FieldMapping::find(parquet->columns(), wishes);
  if (!mapping) {
    return Error{mapping.error().kind,
                 fmt::format("{}: {}", file.string(), mapping.error().message)};
  }
  return open(*std::move(parquet), *mapping);
}

Result<std::unique_ptr<RecordReader>> ParquetRecords::open_messages(
    const std::filesystem::path& file) {
  auto parquet = duck::ParquetFile::open(file);
  if (!parquet) return parquet.error();
  return open(*std::move(parquet), FieldMapping());
}

Result<std::unique_ptr<RecordReader>> ParquetRecords::open(duck::ParquetFile parquet,
                                                           const FieldMapping& mapping) {
  std::unique_ptr<ParquetRecords> records(new ParquetRecords(std::move(parquet), mapping));
  std::vector<std::size_t> columns;
  std::vector<std::size_t> others;
  for (std::size_t column = 0; column < records->columns().size(); ++column) {
    if (const auto field = mapping.field_of(column)) {
      columns.push_back(column);
      records->fields_.push_back(*field);
    } else {
      others.push_back(column);
    }
  }
  auto rows = records->file_.read(columns, others);
  if (!rows) return rows.error();
  records->rows_ = *std::move(rows);
  return std::unique_ptr<RecordReader>(std::move(records));
}

Result<Reading> ParquetRecords::next() {
  if (!chunk_ || row_ == chunk_.size()) {
    chunk_ = rows_.next();
    row_ = 0;
    if (!chunk_ || chunk_.size() == 0) {
      const std::string problem = rows_.error();
      if (problem.empty()) return Reading(EndOfFile{});
      return Error{ErrorKind::invalid_input,
                   fmt::format("the Parquet file cannot be read on: {}", problem)};
    }
  }
  Record record;
  record.line = ++line_;
  text_.clear();
  for (std::size_t at = 0; at < fields_.size(); ++at) {
    if (chunk_.is_null(at, row_)) continue;
    record.fields[static_cast<std::size_t>(fields_[at])] = chunk_.text(at, row_);
    text_ += fmt::format("{}{}={}", text_.empty() ? "" : " ", field_name(fields_[at]),
                         chunk_.text(at, row_));
  }
  if (!chunk_.is_null(fields_.size(), row_)) {
    // An object, of which the members are wanted.
    record.other_members = chunk_.text(fields_.size(), row_);
    record.other_members.remove_prefix(1);
    record.other_members.remove_suffix(1);
  }
  record.text = fields_.empty() ? chunk_.text(0, row_) : text_;
  ++row_;
  return Reading(record);
}

}  // namespace tidemark
