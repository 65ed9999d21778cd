#include "collect/csv_records.h"

#include "fuzz/records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  // Most inputs get a good header, so that the rows are reached.
  std::string text(fuzz::text_of(data, size));
  if (size % 4 != 0) text.insert(0, "timestamp,account_id,event,properties\n");
  CHECK(fuzz::read_all<CsvRecords>(text) == fuzz::read_all<CsvRecords>(text));
  return 0;
}
