#pragma once

#include <functional>
#include <mutex>

#include "collect/collector.h"

namespace tidemark {

struct ReplayOutcome {
  std::size_t tried = 0;  // messages
  std::size_t taken = 0;  // events
  std::size_t refused_again = 0;
};

/// Tries refused messages again, each as its dialect reads it now, as of when it first came. What
/// is refused again is kept anew; what was tried is forgotten in the transaction that stores it.
/// `on_done` is called once, perhaps from one of the collector's threads; it fails with
/// `unavailable` where some could not be stored, and then those are kept.
void replay_refusals(Store& store, std::mutex& store_lock, Collector& collector,
                     std::function<void(const Result<ReplayOutcome>&)> on_done);

}  // namespace tidemark
