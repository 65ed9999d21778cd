#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vector>

#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  static const int file = memfd_create("fuzz", 0);
  CHECK(ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
  const auto bytes = open_bytes("/proc/self/fd/" + std::to_string(file));
  if (!bytes) return 0;
  std::vector<char> block(1 << 12);
  constexpr std::size_t kMost = std::size_t{1}
                                << 24;  // a bomb may go on; the reader's memory may not grow
  for (std::size_t total = 0; total < kMost;) {
    const auto count = (*bytes)->read(block);
    if (!count || *count == 0) break;
    CHECK(*count <= block.size());
    total += *count;
  }
  return 0;
}
