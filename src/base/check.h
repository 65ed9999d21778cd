#pragma once

#include <source_location>

namespace tidemark {

/// Prints where an invariant of ours was broken, then aborts. The store is transactional: nothing
/// acknowledged is lost.
[[noreturn]] void check_failed(const char* condition,
                               std::source_location where = std::source_location::current());

}  // namespace tidemark

/// States an invariant of this program. Always on. Never for bad input: that is a `Result`.
#define CHECK(condition) ((condition) ? static_cast<void>(0) : ::tidemark::check_failed(#condition))
