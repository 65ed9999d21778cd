#include "collect/message_records.h"

namespace tidemark {

Result<Reading> MessageRecords::next() {
  constexpr std::string_view kBlank = " \t\r\n";
  LineReader::Line line;
  do {
    const auto has_line = lines_.next(line);
    if (!has_line) return has_line.error();
    if (!*has_line) return Reading(EndOfFile{});
  } while (line.text.find_first_not_of(kBlank) == std::string_view::npos);
  Record record;
  record.line = line.number;
  record.text = line.text.substr(0, line.text.find_last_not_of(kBlank) + 1);
  if (line.is_too_long) {
    return Reading(Reject{line.number, "", "", RejectReason::row_too_long, shortened(record.text)});
  }
  return Reading(record);
}

}  // namespace tidemark
