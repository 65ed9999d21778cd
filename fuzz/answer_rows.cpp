#include "base/check.h"
#include "fuzz/input.h"
#include "store/clickhouse/row_binary.h"
#include "wire/csv.h"

// What a ClickHouse answers, in pieces as they come: the rows are those of the whole. And the CSV
// that a job of Salesforce gives back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const std::string_view bytes = fuzz::text_of(data, size);
  const std::vector<click::Field> fields{click::Field::u8, click::Field::text, click::Field::i64,
                                         click::Field::text};
  const auto rows_in = [&](std::size_t piece) {
    click::RowReader reader(fields);
    std::vector<std::string> rows;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      reader.take(bytes.substr(at, piece), [&](const click::Row& row) {
        rows.push_back(std::to_string(row.number<int>(0)) + std::string(row.text(1)) +
                       std::to_string(row.number<std::int64_t>(2)) + std::string(row.text(3)));
      });
    }
    if (reader.is_at_end()) rows.emplace_back("whole");
    return rows;
  };
  const auto whole = rows_in(bytes.size() + 1);
  CHECK(rows_in(1) == whole);
  CHECK(rows_in(7) == whole);
  CHECK(rows_of_csv(bytes) == rows_of_csv(bytes));
  return 0;
}
