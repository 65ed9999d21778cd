#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::duck {

/// What DuckDB's write-ahead log holds, found by walking its entries without DuckDB.
///
/// The format (version 2, written by DuckDB 1.2 to 1.5): a header of 8 bytes, then entries of
/// length (8 bytes), checksum (8 bytes) and payload; an entry of the kind "flush" ends a
/// transaction. Source: DuckDB, write_ahead_log.cpp, wal_replay.cpp, checksum.cpp.
struct WalContents {
  std::uint64_t bytes = 0;        // of the file; 0: there is none, or it is empty
  std::uint64_t whole_bytes = 0;  // up to the end of the last whole transaction
  bool is_known_format = true;    // false: another version; nothing else is known
  // The header alone is wrong: the entries behind it can be read.
  bool has_damaged_header = false;
  // It says that a checkpoint has written it into the file: DuckDB sees to what is left to do.
  bool has_checkpoint = false;
  // Behind what cannot be read a transaction ends and more follows: damage, not a torn end.
  bool has_later_transactions = false;
};

Result<WalContents> read_wal(const std::filesystem::path& file);

/// The hash of the first bytes of a file, or of all if it has fewer; empty if it cannot be read.
std::string fingerprint(const std::filesystem::path& file, std::uint64_t bytes);

/// The header of this format version.
std::string_view wal_header();

}  // namespace tidemark::duck
