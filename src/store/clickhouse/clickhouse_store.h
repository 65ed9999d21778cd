#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/store.h"

namespace tidemark {

/// Opens the tables of a ClickHouse database, made if absent, and brings them up to date. `address`
/// is `clickhouse://USER@HOST:8123/DATABASE`; the folder keeps what can be made anew from them: the
/// index of message ids, and caches.
///
/// Fails with `invalid_input` for an address that is none, with `unavailable` where the server does
/// not answer or refuses, and with `conflict` when a newer Tidemark wrote the tables.
Result<std::unique_ptr<Store>> open_clickhouse_store(const std::string& address,
                                                     const std::string& password,
                                                     const std::filesystem::path& folder);

}  // namespace tidemark
