#pragma once

#include <cstddef>

namespace tidemark {

/// What is taken from senders at most.
struct CollectLimits {
  std::size_t unpacked_bytes = std::size_t{64} << 20;  // of a body: more is refused
  std::size_t nesting = 1024;                          // of its JSON: deeper is refused
  std::size_t id_bytes = 1024;                        // of an id or an event's name: longer is none
  std::size_t waiting_bytes = std::size_t{64} << 20;  // to be stored: then senders come again later
};

}  // namespace tidemark
