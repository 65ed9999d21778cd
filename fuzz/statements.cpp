// Records of accounts and users, from CSV and from JSON Lines.
#include "collect/csv_records.h"
#include "collect/json_records.h"
#include "fuzz/records.h"
#include "wire/json_properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const std::string text(fuzz::text_of(data, size));
  const RecordKind kind = size % 2 == 0 ? RecordKind::accounts : RecordKind::users;
  const std::string csv = "user_id,account_id,valid_from,created_at,plan\n" + text;
  CHECK(fuzz::read_all<CsvRecords>(csv, kind) == fuzz::read_all<CsvRecords>(csv, kind));
  const std::string json = R"({"user_id":"u","account_id":"a","traits":{},"plan":1})"
                           "\n" +
                           text;
  CHECK(fuzz::read_all<JsonRecords>(json, kind) == fuzz::read_all<JsonRecords>(json, kind));
  JsonProperties properties;
  properties.read(text);
  CHECK(properties.value_of("a.b") == properties.value_of("a.b"));
  return 0;
}
