#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace tidemark::sqlite {

/// SQLite takes the first frame of its write-ahead log whose checksum is wrong for the end of the
/// log, so damage there silently takes committed changes away. How many frames were durable is
/// therefore noted beside the file, in FILE.durable, after each commit, and compared when the file
/// is opened. The note is not synced: after a power cut it may be older, which tells less and
/// nothing wrong. Format: https://www.sqlite.org/fileformat2.html#walformat and walformat.html.

/// A commit has succeeded; the log holds so many frames, as SQLite tells its hook. Only the log is
/// opened: opening the database or its index and closing it again would end the locks of SQLite.
void note_durable_frames(const std::filesystem::path& database, std::uint32_t frames);

/// Call before the file is opened. A damaged log is copied aside and noted as damage of `database`.
Result<void> check_durable_frames(const std::filesystem::path& database);

}  // namespace tidemark::sqlite
