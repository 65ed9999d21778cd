#pragma once

#include <condition_variable>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "store/store.h"

namespace tidemark {

/// Keeps the events in an order in which those of one account are read quickly, in a thread of its
/// own: when a server begins and whenever many came. A failure is logged; questions are slower
/// then.
class OrderKeeper {
 public:
  static Result<std::unique_ptr<OrderKeeper>> start(Store& store, const Clock& clock);
  /// Breaks off what it is at.
  ~OrderKeeper();

 private:
  OrderKeeper(std::unique_ptr<Store> view, const Clock& clock);
  void run();

  std::unique_ptr<Store> view_;
  const Clock& clock_;
  std::mutex lock_;
  bool is_stopping_ = false;
  std::condition_variable wakes_;
  std::thread thread_;
};

}  // namespace tidemark
