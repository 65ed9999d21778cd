#include "wire/timestamp.h"

#include "base/check.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto read = parse_timestamp(fuzz::text_of(data, size));
  if (const auto* instant = std::get_if<Instant>(&read)) {
    const auto again = parse_timestamp(timestamp_text(*instant));
    // What is written can be read; years beyond 9999 and before 0 are not written in four digits.
    if (std::holds_alternative<Instant>(again)) CHECK(std::get<Instant>(again) == *instant);
  }
  return 0;
}
