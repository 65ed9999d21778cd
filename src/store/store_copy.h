#pragma once

#include <functional>
#include <string>

#include "store/store.h"

namespace tidemark {

/// How much of each thing a store holds, and a sum over all of it that is the same for the same
/// things in any order.
struct StoreSums {
  std::uint64_t accounts = 0;
  std::uint64_t event_names = 0;
  std::uint64_t imports = 0;
  std::uint64_t events = 0;
  std::uint64_t statements = 0;
  std::uint64_t aliases = 0;
  std::uint64_t days = 0;
  std::uint64_t records = 0;
  std::uint64_t changes = 0;
  std::uint64_t corrections = 0;
  std::uint64_t checksum = 0;

  friend bool operator==(const StoreSums&, const StoreSums&) = default;
};

/// Reads all of a store.
Result<StoreSums> sums_of(Store& store);

/// Copies everything of a store into another one, which is empty or holds a part that was copied
/// before: that is gone on with, import by import; events that arrived live count once by their
/// ids. Fails with `conflict` where the other one holds something else. `on_progress` is told how
/// many events are there. What is copied is durable part by part; whether it is all, `sums_of`
/// tells.
Result<void> copy_store(Store& from, Store& to,
                        const std::function<bool(std::uint64_t events)>& on_progress);

}  // namespace tidemark
