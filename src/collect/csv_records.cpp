#include "collect/csv_records.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <simdjson.h>

#include "wire/json_text.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostLinesOfRow = 1000;

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

char delimiter_of(std::string_view header) {
  constexpr std::string_view kDelimiters = ",;\t|";
  return *std::ranges::max_element(
      kDelimiters, {}, [&](char candidate) { return std::ranges::count(header, candidate); });
}

}  // namespace

CsvRecords::CsvRecords(std::unique_ptr<ByteSource> bytes) : lines_(std::move(bytes)) {
  CHECK(csv_init(&parser_, CSV_APPEND_NULL) == 0);
  csv_set_space_func(&parser_, [](unsigned char) { return 0; });  // spaces are part of a field
  csv_set_term_func(&parser_, [](unsigned char byte) { return byte == '\n' ? 1 : 0; });
}

CsvRecords::~CsvRecords() { csv_free(&parser_); }

Result<std::unique_ptr<RecordReader>> CsvRecords::open(std::unique_ptr<ByteSource> bytes,
                                                       const std::string& name,
                                                       const ColumnWishes& wishes) {
  std::unique_ptr<CsvRecords> records(new CsvRecords(std::move(bytes)));
  if (auto read = records->read_header(name, wishes); !read) return read.error();
  return std::unique_ptr<RecordReader>(std::move(records));
}

std::string_view CsvRecords::format() const {
  switch (delimiter_) {
    case ';':
      return "CSV, semicolons";
    case '\t':
      return "CSV, tabs";
    case '|':
      return "CSV, bars";
    default:
      return "CSV, commas";
  }
}

Result<void> CsvRecords::read_header(const std::string& name, const ColumnWishes& wishes) {
  LineReader::Line line;
  do {
    const auto has_line = lines_.next(line);
    if (!has_line) return has_line.error();
    if (!*has_line) return Error{ErrorKind::invalid_input, fmt::format("{} is empty", name)};
  } while (without_line_end(line.text).empty());
  if (line.is_too_long || line.text.find('\0') != std::string_view::npos ||
      !simdjson::validate_utf8(line.text.data(), line.text.size())) {
    return Error{
        ErrorKind::invalid_input,
        fmt::format("{}: line {} should name the columns, but is no text in UTF-8; is this "
                    "a CSV file?",
                    name, line.number)};
  }
  delimiter_ = delimiter_of(line.text);
  csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
  lines_.put_back(std::string(line.text), line.number);
  const auto row = read_row();
  if (!row) return row.error();
  if (*row != Row::read) {
    return Error{
        ErrorKind::invalid_input,
        fmt::format("{}: line {} should name the columns, but a quote in it is never closed", name,
                    line.number)};
  }
  columns_.assign(fields_.begin(), fields_.end());
  auto mapping = FieldMapping::find(columns_, wishes);
  if (!mapping) {
    return Error{mapping.error().kind, fmt::format("{}: {}", name, mapping.error().message)};
  }
  mapping_ = *mapping;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    std::string key;
    if (!mapping_.field_of(at)) {
      append_json_text(key, columns_[at]);
      key += ':';
    }
    column_keys_.push_back(std::move(key));
  }
  return {};
}

bool CsvRecords::split_unquoted(std::string_view line) {
  if (std::memchr(line.data(), '"', line.size()) != nullptr) return false;
  fields_.clear();
  for (;;) {
    const auto* found = static_cast<const char*>(
        line.empty() ? nullptr : std::memchr(line.data(), delimiter_, line.size()));
    if (found == nullptr) break;
    const auto length = static_cast<std::size_t>(found - line.data());
    fields_.push_back(line.substr(0, length));
    line.remove_prefix(length + 1);
  }
  fields_.push_back(line);
  return true;
}

void CsvRecords::split_quoted(std::string_view line) {
  // A line ends with a line feed, however it was written.
  if (line.ends_with("\r\n")) {
    split_quoted(line.substr(0, line.size() - 2));
    line = "\n";
  }
  csv_parse(
      &parser_, line.data(), line.size(),
      [](void* field, std::size_t length, void* self) {
        auto& records = *static_cast<CsvRecords*>(self);
        if (records.is_row_complete_) return;
        if (field != nullptr) records.field_block_.append(static_cast<char*>(field), length);
        records.field_ends_.push_back(records.field_block_.size());
      },
      [](int, void* self) { static_cast<CsvRecords*>(self)->is_row_complete_ = true; }, this);
}

Result<CsvRecords::Row> CsvRecords::read_row() {
  LineReader::Line line;
  do {
    const auto has_line = lines_.next(line);
    if (!has_line) return has_line.error();
    if (!*has_line) return Row::end;
  } while (without_line_end(line.text).empty());
  text_ = line.text;
  line_ = line.number;
  if (line.is_too_long) return Row::too_long;
  if (split_unquoted(without_line_end(text_))) return Row::read;

  field_block_.clear();
  field_ends_.clear();
  is_row_complete_ = false;
  split_quoted(line.text);
  std::size_t lines = 1;
  while (!is_row_complete_) {
    const bool is_hopeless = lines == kMostLinesOfRow || text_.size() > LineReader::kLongestLine;
    const auto has_line = is_hopeless ? Result<bool>(false) : lines_.next(line);
    if (!has_line) return has_line.error();
    if (!*has_line && !is_hopeless && !text_.ends_with('\n')) {
      split_quoted("\n");  // a last line without an end
      if (is_row_complete_) break;
    }
    if (!*has_line) {
      csv_fini(&parser_, nullptr, nullptr, nullptr);
      const std::size_t first_line_end = text_.find('\n');
      if (first_line_end != std::string::npos && first_line_end + 1 < text_.size()) {
        lines_.put_back(text_.substr(first_line_end + 1), line_ + 1);
      }
      return Row::open_quote;
    }
    text_ += line.text;
    if (line.is_too_long) {
      csv_fini(&parser_, nullptr, nullptr, nullptr);
      return Row::too_long;
    }
    ++lines;
    split_quoted(line.text);
  }
  fields_.clear();
  std::size_t begin = 0;
  for (const std::size_t end : field_ends_) {
    fields_.push_back(std::string_view(field_block_).substr(begin, end - begin));
    begin = end;
  }
  return Row::read;
}

Result<Reading> CsvRecords::next() {
  const auto row = read_row();
  if (!row) return row.error();
  const auto reject = [&](RejectReason reason) {
    const std::string_view first_line = without_line_end(
        std::string_view(text_).substr(0, std::min(text_.find('\n'), text_.size())));
    return Reading(Reject{line_, "", "", reason, shortened(first_line)});
  };
  switch (*row) {
    case Row::end:
      return Reading(EndOfFile{});
    case Row::open_quote:
      return reject(RejectReason::open_quote);
    case Row::too_long:
      return reject(RejectReason::row_too_long);
    case Row::read:
      return record_of_row();
  }
  check_failed("a row that is nothing");
}

Reading CsvRecords::record_of_row() {
  const std::string_view text = without_line_end(text_);
  if (fields_.size() != columns_.size()) {
    return Reject{line_, "", fmt::format("{} fields, {} columns", fields_.size(), columns_.size()),
                  RejectReason::wrong_field_count, shortened(text)};
  }
  Record record;
  record.line = line_;
  record.text = text;
  other_members_.clear();
  for (std::size_t at = 0; at < fields_.size(); ++at) {
    if (const auto field = mapping_.field_of(at)) {
      record.fields[static_cast<std::size_t>(*field)] = fields_[at];
    } else if (!fields_[at].empty()) {
      if (!other_members_.empty()) other_members_ += ',';
      other_members_ += column_keys_[at];
      append_json_text(other_members_, fields_[at]);
    }
  }
  record.other_members = other_members_;
  return record;
}

}  // namespace tidemark
