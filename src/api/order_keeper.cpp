#include "api/order_keeper.h"

#include <fmt/format.h>

#include "api/log.h"

namespace tidemark {
namespace {

constexpr std::chrono::seconds kBetweenLooks{60};
constexpr std::chrono::milliseconds kUntilItHears{50};

}  // namespace

Result<std::unique_ptr<OrderKeeper>> OrderKeeper::start(Store& store, const Clock& clock) {
  auto view = store.beside(Reads::newest);
  if (!view) return view.error();
  return std::unique_ptr<OrderKeeper>(new OrderKeeper(*std::move(view), clock));
}

OrderKeeper::OrderKeeper(std::unique_ptr<Store> view, const Clock& clock)
    : view_(std::move(view)), clock_(clock), thread_([this] { run(); }) {}

OrderKeeper::~OrderKeeper() {
  std::unique_lock lock(lock_);
  is_stopping_ = true;
  wakes_.notify_all();
  // It hears of it only while it is at something.
  while (!wakes_.wait_for(lock, kUntilItHears, [&] { return !is_stopping_; })) view_->break_off();
  lock.unlock();
  thread_.join();
}

void OrderKeeper::run() {
  std::unique_lock lock(lock_);
  while (!is_stopping_) {
    lock.unlock();
    const auto done = view_->order_events();
    lock.lock();
    if (!done && !is_stopping_) {
      log_line(clock_, "error",
               fmt::format("events are not kept by account: {}", done.error().message));
    }
    wakes_.wait_for(lock, kBetweenLooks, [&] { return is_stopping_; });
  }
  is_stopping_ = false;  // heard
  wakes_.notify_all();
}

}  // namespace tidemark
