#pragma once

#include "collect/byte_source.h"

namespace tidemark {

/// The files of a zip archive one after the other, each unpacked where it is gzip, each ended by a
/// line end: what Amplitude exports. Nothing is written to disk, so names of entries do not matter.
Result<std::unique_ptr<ByteSource>> open_zip(const std::filesystem::path& file);

}  // namespace tidemark
