#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tidemark {

void check_failed(const char* condition, std::source_location where) {
  std::fprintf(stderr, "tidemark: a promise of the program was broken: %s (%s:%u)\n", condition,
               where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace tidemark
