#pragma once

#include <string>

#include "base/result.h"
#include "model/table_rows.h"

namespace tidemark {

/// The bytes of a Parquet file (zstd) of the rows. Fails with `unavailable` where it cannot be
/// written to the system's folder for temporary files.
Result<std::string> parquet_of(const TableRows& table);

}  // namespace tidemark
