#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "store/store.h"

namespace tidemark {

/// Makes ready what is asked for first, in a thread of its own: when a server begins, whenever many
/// events came and whenever something was published. A failure is logged; questions are slower
/// then.
class Preparation {
 public:
  /// `prepare` makes ready what is of published days, for whoever asks first after publication.
  static Result<std::unique_ptr<Preparation>> start(Store& store, const Clock& clock,
                                                    std::function<Result<void>()> prepare);
  /// Breaks off what it is at with the store, and waits for the rest.
  ~Preparation();

  /// Something was published.
  void look();

 private:
  Preparation(std::unique_ptr<Store> view, const Clock& clock,
              std::function<Result<void>()> prepare);
  void run();

  std::unique_ptr<Store> view_;
  const Clock& clock_;
  std::function<Result<void>()> prepare_;
  std::mutex lock_;
  bool is_stopping_ = false;
  bool is_published_ = true;  // since it looked last
  std::condition_variable wakes_;
  std::thread thread_;
};

}  // namespace tidemark
