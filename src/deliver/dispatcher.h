#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "deliver/carrier.h"
#include "deliver/vault.h"
#include "store/sqlite/outbox.h"

namespace tidemark {

/// Sends what is due to one destination, a batch at a time, and notes what came of it before the
/// next: what was sent when it died is sent again, under the same ids.
class Dispatcher {
 public:
  Dispatcher(Outbox& outbox, const Vault& vault, const Clock& clock, std::string destination,
             Outside outside = {});

  struct Round {
    std::int64_t delivered = 0;
    std::int64_t dead = 0;
    std::int64_t waiting_on = 0;  // tried, and to be tried again
    bool is_empty = false;        // nothing was due
  };

  /// The next batch, unless it was asked to leave the other end alone for now.
  Result<Round> send_batch();

  /// When there may be something to send again; none: nothing waits.
  Result<std::optional<Instant>> next_at();

 private:
  Result<Round> send_together(const Destination& destination,
                              const std::vector<Parcel>& deliveries);

  Outbox& outbox_;
  const Vault& vault_;
  const Clock& clock_;
  std::string name_;
  Outside outside_;
  std::optional<DestinationKind> carries_;  // what the carrier is for
  std::unique_ptr<Carrier> carrier_;
  Random random_;
  /// Nothing is sent before: the pace, what the other end asked for, and the longer it fails
  /// whatever is sent, the longer.
  Instant not_before_ = {};
  int failures_in_a_row_ = 0;
};

}  // namespace tidemark
