#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "collect/collect_limits.h"
#include "collect/delivery.h"
#include "collect/hand_over.h"
#include "collect/message_intake.h"
#include "collect/recent_refusals.h"
#include "store/store.h"

namespace tidemark {

/// What the collector has done since it began.
struct CollectorCounts {
  std::atomic<std::uint64_t> events{0};      // taken
  std::atomic<std::uint64_t> duplicates{0};  // there before
  std::atomic<std::uint64_t> refused{0};
  std::array<std::atomic<std::uint64_t>, kRejectReasons> refused_for{};  // by reason
  std::atomic<std::uint64_t> batches{0};                                 // transactions
  std::atomic<std::uint64_t> failures{0};
  std::atomic<std::uint64_t> busy{0};     // deliveries not accepted, as too much was waiting
  std::atomic<std::uint64_t> waiting{0};  // messages now
};

/// Stores what arrives, many deliveries in one transaction: while one is being written to disk the
/// next gathers, and those of the one before are answered. A delivery is answered only when it is
/// durable.
class Collector {
 public:
  /// Told what was stored, and which of its events were new, in order, before those who sent it
  /// are.
  using OnStored = std::function<void(const CollectStep&, const std::vector<bool>& is_new)>;
  /// Told that a transaction failed, before those who sent its events are. Whether any of it was
  /// stored is not known then.
  using OnFailed = std::function<void(const Error&)>;

  /// `store` is used under `store_lock`; `on_stored` and `on_failed` are called without, from a
  /// thread of their own.
  static Result<std::unique_ptr<Collector>> start(Store& store, std::mutex& store_lock,
                                                  OnStored on_stored, OnFailed on_failed,
                                                  const CollectLimits& limits = {});
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Called from one of the collector's threads when the delivery is durable, or failed.
  using OnDone = std::function<void(const Result<void>&)>;

  /// False when too much waits already: the sender is to come again later.
  bool submit(Delivery delivery, OnDone on_done);

  const CollectLimits& limits() const { return limits_; }
  const CollectorCounts& counts() const { return counts_; }
  /// Stores and answers what waits, and takes no more.
  void stop();
  /// Waits until `on_stored` was told of all that is stored. Whoever holds the lock of the store
  /// knows then that the two agree, for as long as they hold it.
  void settle();
  /// Others than the collector changed accounts, event names or what users count by.
  void names_have_changed() { are_names_stale_ = true; }
  /// Why the last transaction failed; none if it did not. While they fail an empty one is tried
  /// each second, so that this ends with the fault even if no events come.
  std::optional<std::string> failure() const;

 private:
  struct Waiting {
    Delivery delivery;
    OnDone on_done;
  };
  /// A step that was stored, or failed, and who waits to hear of it.
  struct Stored {
    CollectStep step;
    Result<std::vector<bool>> is_new;
    std::vector<Waiting> waiting;
  };

  Collector(Store& store, std::mutex& store_lock, OnStored on_stored, OnFailed on_failed,
            const CollectLimits& limits)
      : store_(store),
        store_lock_(store_lock),
        on_stored_(std::move(on_stored)),
        on_failed_(std::move(on_failed)),
        limits_(limits) {}
  Result<void> load_names();
  void run();
  void store_all(std::vector<Waiting> taken);
  Stored stored(std::vector<Waiting> taken);
  void tell();
  CollectStep step_of(const std::vector<Waiting>& taken);
  void add_message(const Delivery& delivery, const Message& message, CollectStep& step);

  Store& store_;
  std::mutex& store_lock_;
  OnStored on_stored_;
  OnFailed on_failed_;
  CollectLimits limits_;
  CollectorCounts counts_;
  mutable std::mutex failure_lock_;
  std::optional<std::string> failure_;
  std::atomic<bool> are_names_stale_{false};

  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool is_ending_ = false;

  // Of the collector's thread.
  std::optional<NumberedNames> accounts_;
  std::optional<NumberedNames> event_names_;
  std::optional<MessageIntake> intake_;
  RecentRefusals recent_refusals_;

  HandOver<Stored> stored_;
  std::mutex telling_lock_;
  std::condition_variable has_told_;
  std::uint64_t untold_ = 0;  // steps that are stored, or about to be, of which nobody was told yet
  std::jthread telling_;
  std::jthread thread_;
};

}  // namespace tidemark
