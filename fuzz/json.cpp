#include "collect/json_records.h"

#include "fuzz/records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  std::string text(fuzz::text_of(data, size));
  if (size % 4 != 0) {
    text.insert(
        0,
        "{\"timestamp\":\"2020-01-01\",\"account_id\":\"a\",\"event\":\"e\",\"properties\":{}}\n");
  }
  CHECK(fuzz::read_all<JsonRecords>(text) == fuzz::read_all<JsonRecords>(text));
  return 0;
}
