// Bodies as they come: gzip, zlib, forms, base64, and what only looks like one of them.
#include "api/unpack.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  constexpr std::size_t kMost = 100'000;
  if (size == 0) return 0;
  HttpRequest request;
  if (data[0] % 4 == 1) request.headers.emplace_back("Content-Encoding", "deflate");
  const std::string text(fuzz::text_of(data + 1, size - 1));
  if (data[0] % 4 == 2) {
    request.query = text;
  } else {
    request.body = text;
  }
  const auto first = unpacked(request, kMost);
  const auto second = unpacked(request, kMost);
  CHECK(bool(first) == bool(second));
  if (!first) return 0;
  CHECK(*first == *second);
  CHECK(!*first || (*first)->size() <= std::max(kMost, size));
  return 0;
}
