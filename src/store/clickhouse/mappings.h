#pragma once

#include <atomic>
#include <functional>

#include "store/clickhouse/event_rows.h"
#include "store/clickhouse/journal.h"
#include "store/mapped_tables.h"

namespace tidemark::click {

struct RowNames;

/// Tables of others on the same server or cluster, or views of it.
class Mappings final : public MappedTables {
 public:
  /// `on_change` is told of each change, and of each that may have been one.
  Mappings(const Server& server, Journal& journal, std::atomic<std::uint64_t>& changes,
           std::function<void()> on_change)
      : server_(server), journal_(journal), changes_(changes), on_change_(std::move(on_change)) {}

  std::uint64_t changes() const override { return changes_; }
  Result<std::vector<SeenTable>> all() override;
  Result<SeenTable> add(const MappedTable& table, Instant now) override;
  Result<void> remove(const std::string& name) override;
  Result<bool> look(Instant now, const Alone& alone) override;

 private:
  Result<void> in_step(
      const std::function<Result<void>(const View& before, std::uint64_t step)>& work);
  /// Numbers what rows name, and keeps what of the tables counts by then.
  Result<void> take_in(std::vector<MappedRows>& tables, const RowNames& names, Instant now,
                       const Alone& alone);

  const Server& server_;
  Journal& journal_;
  std::atomic<std::uint64_t>& changes_;
  std::function<void()> on_change_;
};

}  // namespace tidemark::click
