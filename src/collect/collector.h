#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "collect/delivery.h"
#include "collect/numbered_names.h"
#include "store/store.h"

namespace tidemark {

/// What the collector has done since it began.
struct CollectorCounts {
  std::atomic<std::uint64_t> events{0};      // taken
  std::atomic<std::uint64_t> duplicates{0};  // there before
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> batches{0};  // transactions
  std::atomic<std::uint64_t> failures{0};
  std::atomic<std::uint64_t> busy{0};     // deliveries not accepted, as too much was waiting
  std::atomic<std::uint64_t> waiting{0};  // messages now
};

/// Stores what arrives, many deliveries in one transaction: while one is being written to disk the
/// next gathers. A delivery is answered only when it is durable.
class Collector {
 public:
  /// `store` is used under `store_lock`.
  static Result<std::unique_ptr<Collector>> start(Store& store, std::mutex& store_lock);
  /// Stores what waits, then ends.
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Called from the collector's thread when the delivery is durable, or failed.
  using OnDone = std::function<void(const Result<void>&)>;

  /// False when too much waits already: the sender is to come again later.
  bool submit(Delivery delivery, OnDone on_done);

  const CollectorCounts& counts() const { return counts_; }
  /// Whether the last transaction failed.
  bool is_failing() const { return is_failing_; }

 private:
  struct Waiting {
    Delivery delivery;
    OnDone on_done;
  };

  Collector(Store& store, std::mutex& store_lock) : store_(store), store_lock_(store_lock) {}
  Result<void> load_names();
  void run();
  void store_all(std::vector<Waiting>& taken);
  CollectStep step_of(const std::vector<Waiting>& taken);
  void add_message(const Delivery& delivery, const Message& message, CollectStep& step);
  void add_event(const Delivery& delivery, const Message& message, CollectStep& step);
  bool is_news(const std::string& subject, std::string_view name, std::string_view value,
               Instant at);

  Store& store_;
  std::mutex& store_lock_;
  CollectorCounts counts_;
  std::atomic<bool> is_failing_{false};

  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool is_ending_ = false;

  // Of the collector's thread.
  std::optional<NumberedNames> accounts_;
  std::optional<NumberedNames> event_names_;
  struct Said {
    Instant at;
    std::uint64_t value;
  };
  std::unordered_map<std::uint64_t, Said> said_;  // by hash of subject and name
  std::jthread thread_;
};

}  // namespace tidemark
