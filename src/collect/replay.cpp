#include "collect/replay.h"

#include <map>
#include <memory>

#include "collect/dialects/dialect.h"

namespace tidemark {

std::vector<Delivery> replayed(const std::vector<Refusal>& refusals,
                               std::vector<std::uint64_t>& tried) {
  std::map<std::string, std::unique_ptr<Dialect>> dialects;
  std::vector<Delivery> deliveries;
  for (const Refusal& refusal : refusals) {
    auto& dialect = dialects[refusal.dialect];
    if (!dialect) dialect = dialect_named(refusal.dialect);
    if (!dialect) continue;
    Delivery delivery(refusal.dialect, refusal.received_at);
    if (!dialect->read({"message", refusal.message}, delivery)) continue;
    delivery.set_source(refusal.source);
    tried.push_back(refusal.number);
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

}  // namespace tidemark
