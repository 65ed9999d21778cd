#include "collect/replay.h"

#include <map>
#include <memory>

#include <fmt/format.h>

#include "collect/dialects/dialect.h"

namespace tidemark {
namespace {

constexpr int kMostAtOnce = 100'000;

/// A replay on its way, shared by its deliveries.
struct Replay {
  ReplayOutcome outcome;
  std::size_t left = 0;
  bool has_failed = false;
  std::function<void(const Result<ReplayOutcome>&)> on_done;
  std::mutex lock;
};

Delivery delivery_of(const Refusal& refusal, Dialect& dialect, const CollectLimits& limits,
                     bool& is_readable) {
  Delivery delivery(refusal.dialect, refusal.received_at);
  delivery.set_longest_id(limits.id_bytes);
  // What came again from a feed may have been refused twice.
  delivery.set_place(fmt::format("refused {} {}", refusal.received_at.time_since_epoch().count(),
                                 refusal.message));
  is_readable = bool(dialect.read({"message", refusal.message}, delivery));
  delivery.set_source(refusal.source);
  return delivery;
}

}  // namespace

void replay_refusals(Store& store, std::mutex& store_lock, Collector& collector,
                     std::function<void(const Result<ReplayOutcome>&)> on_done) {
  std::vector<Refusal> refusals;
  {
    const std::scoped_lock lock(store_lock);
    auto kept = store.refusals(kMostAtOnce);
    if (!kept) return on_done(kept.error());
    refusals = *std::move(kept);
  }
  const auto replay = std::make_shared<Replay>();
  replay->on_done = std::move(on_done);
  std::map<std::string, std::unique_ptr<Dialect>> dialects;
  std::vector<Delivery> deliveries;
  for (const Refusal& refusal : refusals) {
    auto& dialect = dialects[refusal.dialect];
    if (!dialect) dialect = dialect_named(refusal.dialect, collector.limits().nesting);
    bool is_readable = false;
    if (!dialect) continue;
    Delivery delivery = delivery_of(refusal, *dialect, collector.limits(), is_readable);
    if (!is_readable) continue;
    delivery.replayed_refusal = refusal.number;
    replay->outcome.taken += delivery.events();
    replay->outcome.refused_again += delivery.refusals().size();
    deliveries.push_back(std::move(delivery));
  }
  replay->outcome.tried = deliveries.size();
  if (deliveries.empty()) return replay->on_done(replay->outcome);
  replay->left = deliveries.size();
  const auto end_one = [replay](bool is_stored) {
    const std::scoped_lock lock(replay->lock);
    if (!is_stored) replay->has_failed = true;
    if (--replay->left > 0) return;
    if (!replay->has_failed) return replay->on_done(replay->outcome);
    replay->on_done(
        Error{ErrorKind::unavailable, "not all could be stored; those are kept, try again later"});
  };
  for (Delivery& delivery : deliveries) {
    const bool is_taken = collector.submit(
        std::move(delivery), [end_one](const Result<void>& stored) { end_one(bool(stored)); });
    if (!is_taken) end_one(false);
  }
}

}  // namespace tidemark
