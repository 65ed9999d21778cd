#include "wire/calibration_json.h"

#include "base/check.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto calibration = parse_calibration(fuzz::text_of(data, size), "fuzz");
  if (calibration) {
    const auto again = parse_calibration(calibration_json(*calibration).dump(), "fuzz");
    CHECK(again && again->cuts == calibration->cuts);
  }
  return 0;
}
