#include "collect/rejects_file.h"

#include <fstream>

#include <fmt/format.h>

#include "wire/csv.h"
#include "wire/names.h"

namespace tidemark {

Result<CountByReason> write_rejects(Store& store, const Import& import,
                                    const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  std::ofstream stream(file, std::ios::binary);
  stream << "line,field,value,reason,record\n";
  CountByReason counts;
  const auto read = store.read_rejects(import.number, [&](const Reject& reject) {
    ++counts[reject.reason];
    std::string line = fmt::format("{},{},", reject.line, reject.column);
    append_csv_field(line, reject.value);
    line += fmt::format(",{},", reject_reason_name(reject.reason));
    append_csv_field(line, reject.record);
    stream << line << '\n';
  });
  if (!read) return read.error();
  stream.close();
  if (!stream) {
    return Error{ErrorKind::unavailable, fmt::format("{} cannot be written", file.string())};
  }
  return counts;
}

}  // namespace tidemark
