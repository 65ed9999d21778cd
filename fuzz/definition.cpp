#include "wire/definition_toml.h"

#include "base/check.h"
#include "fuzz/input.h"
#include "wire/definition_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto definition = parse_definition(fuzz::text_of(data, size), "fuzz");
  if (definition) {
    const auto again = parse_canonical_definition(canonical_definition(*definition));
    CHECK(again && definition_hash(*again) == definition_hash(*definition));
    const auto written = parse_definition(definition_toml(*definition), "written");
    CHECK(written && *written == *definition);
  }
  return 0;
}
