#include "collect/record_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "collect/csv_records.h"
#include "collect/json_records.h"
#include "collect/message_records.h"
#include "collect/parquet_records.h"

namespace tidemark {

std::string printable(std::string_view text) {
  const bool is_utf8 = simdjson::validate_utf8(text.data(), text.size());
  std::string shown;
  for (const char character : text) {
    const bool is_shown =
        character != '\0' && (is_utf8 || static_cast<unsigned char>(character) < 0x80);
    if (is_shown) {
      shown += character;
    } else {
      shown += "\uFFFD";
    }
  }
  return shown;
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kKept = 200;
  if (text.size() <= kKept) return printable(text);
  std::size_t end = kKept;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return printable(text.substr(0, end)) + "…";
}

namespace {

/// How a file begins, unpacked, without the mark of UTF-8.
Result<std::string> start_of(const std::filesystem::path& file) {
  const auto bytes = open_bytes(file);
  if (!bytes) return bytes.error();
  std::string start;
  for (bool is_blank = true; is_blank;) {
    std::array<char, 64> block{};
    const auto count = (*bytes)->read(block);
    if (!count) return count.error();
    if (*count == 0) break;
    start = std::string(block.data(), *count);
    is_blank = start.find_first_not_of(" \t\r\n") == std::string::npos;
  }
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is UTF-16; export it as UTF-8", file.string())};
  }
  if (start.starts_with("\xEF\xBB\xBF")) start.erase(0, 3);
  const std::size_t text = start.find_first_not_of(" \t\r\n");
  if (text == std::string::npos) {
    return Error{ErrorKind::invalid_input, fmt::format("{} is empty", file.string())};
  }
  start.erase(0, text);
  if (start.starts_with('[')) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is a JSON array; write one JSON object a line (jq -c '.[]')",
                             file.string())};
  }
  return start;
}

}  // namespace

Result<std::unique_ptr<RecordReader>> open_records(const std::filesystem::path& file,
                                                   const ColumnWishes& wishes) {
  const auto start = start_of(file);
  if (!start) return start.error();
  if (start->starts_with("PAR1")) return ParquetRecords::open(file, wishes);
  auto bytes = open_bytes(file);
  if (!bytes) return bytes.error();
  if (start->starts_with('{')) {
    return JsonRecords::open(*std::move(bytes), file.string(), wishes);
  }
  return CsvRecords::open(*std::move(bytes), file.string(), wishes);
}

Result<std::unique_ptr<RecordReader>> open_messages(const std::filesystem::path& file) {
  const auto start = start_of(file);
  if (!start) return start.error();
  if (start->starts_with("PAR1")) return ParquetRecords::open_messages(file);
  if (!start->starts_with('{')) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is no archive of messages: it is neither JSON Lines nor Parquet",
                             file.string())};
  }
  auto bytes = open_bytes(file);
  if (!bytes) return bytes.error();
  return std::unique_ptr<RecordReader>(std::make_unique<MessageRecords>(*std::move(bytes)));
}

}  // namespace tidemark
