#pragma once

#include <functional>

#include "store/clickhouse/journal.h"
#include "store/mapped_tables.h"

namespace tidemark::click {

/// Tables of others on the same server or cluster, or views of it.
class Mappings final : public MappedTables {
 public:
  /// `on_change` is told of each change.
  Mappings(const Server& server, Journal& journal, std::function<void()> on_change)
      : server_(server), journal_(journal), on_change_(std::move(on_change)) {}

  Result<std::vector<SeenTable>> all() override;
  Result<SeenTable> add(const MappedTable& table, Instant now) override;
  Result<void> remove(const std::string& name) override;
  Result<bool> look(Instant now) override;

 private:
  const Server& server_;
  Journal& journal_;
  std::function<void()> on_change_;
};

}  // namespace tidemark::click
