#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/store.h"

namespace tidemark {

/// One process at a time opens a store to change it; others may look at it and take part in a work.
enum class Opens : std::uint8_t { to_change, to_take_part };

/// Opens the tables of a ClickHouse database, made if absent, and brings them up to date. `address`
/// is `clickhouse://USER@HOST:8123/DATABASE`; the folder keeps what can be made anew from them: the
/// index of message ids, and caches.
///
/// Fails with `invalid_input` for an address that is none, with `unavailable` where the server does
/// not answer or refuses, and with `conflict` when a newer Tidemark wrote the tables, or they are
/// changed from another folder: the one that made or adopted them.
Result<std::unique_ptr<Store>> open_clickhouse_store(const std::string& address,
                                                     const std::string& password,
                                                     const std::filesystem::path& folder,
                                                     Opens opens = Opens::to_change);

/// Makes the folder the one from which the tables are changed; nobody else may have them open then.
Result<void> adopt_clickhouse_store(const std::string& address, const std::string& password,
                                    const std::filesystem::path& folder);

}  // namespace tidemark
