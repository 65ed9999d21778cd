#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace tidemark {

/// How events without a message id are kept apart.
enum class Dedupe : std::uint8_t {
  message_ids,  // only by message id; rows without one are all kept
  rows,         // rows without one that are alike in every field count once
};

/// A file that was, or is being, imported.
struct Import {
  std::uint32_t number = 0;  // from 1
  std::string name;          // of the file, for people
  std::string content;       // hash of its decompressed content: the same content is taken once
  std::string settings;      // which columns were chosen and how rows are kept apart, in words
  Instant started;
  std::uint64_t records = 0;  // read so far, durable; a next try goes on behind them
  std::uint64_t taken = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;
  bool is_complete = false;
};

}  // namespace tidemark
