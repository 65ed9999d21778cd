#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/time_zone.h"
#include "deliver/dispatcher.h"
#include "deliver/vault.h"
#include "store/sqlite/control.h"
#include "store/store.h"

namespace tidemark {

/// Held by whoever delivers of a workspace; one process does.
class DeliveryLock {
 public:
  /// Fails with `conflict` where another one holds it.
  static Result<DeliveryLock> take(const std::filesystem::path& folder);
  DeliveryLock(DeliveryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  DeliveryLock& operator=(DeliveryLock&&) = delete;
  ~DeliveryLock();

 private:
  explicit DeliveryLock(int file) : file_(file) {}

  int file_;
};

/// Fills the outbox with what is published and with the plays that are due, and sends what is due,
/// each destination in a thread of its own: a slow or dead one holds up no other.
class DeliveryRun {
 public:
  /// Fails with `conflict` where another process delivers.
  static Result<std::unique_ptr<DeliveryRun>> start(const std::filesystem::path& folder,
                                                    Store& store, Control& control,
                                                    const Vault& vault, TimeZone zone,
                                                    const Clock& clock);
  /// Ends after the requests at hand.
  ~DeliveryRun();

  /// Something was published.
  void wake();

 private:
  DeliveryRun(const std::filesystem::path& folder, DeliveryLock lock, const Vault& vault,
              Store& store, Control& control, TimeZone zone, const Clock& clock);
  void conduct();
  Result<void> start_senders();
  Result<void> fill_missing();
  /// Whether a day is published that is not over: then nothing is sent.
  Result<bool> is_held();
  void send_to(const std::string& destination);
  /// How long to wait before the next; none: the destination was removed.
  std::optional<std::chrono::milliseconds> send_some(Dispatcher& dispatcher,
                                                     const std::string& destination);
  bool wait_for(std::chrono::milliseconds wait);

  std::filesystem::path folder_;
  DeliveryLock held_;
  const Vault& vault_;
  Store& store_;
  Control& control_;
  TimeZone zone_;
  const Clock& clock_;
  std::mutex lock_;
  std::condition_variable wakes_;
  bool is_stopping_ = false;
  bool is_news_ = true;  // what is published may miss in the outbox
  struct Sender {
    std::thread thread;
    std::atomic<bool> is_over = false;
    std::vector<FilledField> fields;  // as they were when it was looked at last
    std::vector<Sought> audience;     // likewise
  };
  std::map<std::string, Sender> senders_;  // by destination; of the conductor alone
  std::thread conductor_;
};

}  // namespace tidemark
