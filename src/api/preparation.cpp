#include "api/preparation.h"

#include <fmt/format.h>

#include "api/log.h"

namespace tidemark {
namespace {

constexpr std::chrono::seconds kBetweenLooks{60};
constexpr std::chrono::milliseconds kUntilItHears{50};

}  // namespace

Result<std::unique_ptr<Preparation>> Preparation::start(Store& store, const Clock& clock,
                                                        std::function<Result<void>()> prepare) {
  auto view = store.beside(Reads::newest);
  if (!view) return view.error();
  return std::unique_ptr<Preparation>(new Preparation(*std::move(view), clock, std::move(prepare)));
}

Preparation::Preparation(std::unique_ptr<Store> view, const Clock& clock,
                         std::function<Result<void>()> prepare)
    : view_(std::move(view)),
      clock_(clock),
      prepare_(std::move(prepare)),
      thread_([this] { run(); }) {}

Preparation::~Preparation() {
  std::unique_lock lock(lock_);
  is_stopping_ = true;
  wakes_.notify_all();
  // It hears of it only while it is at something.
  while (!wakes_.wait_for(lock, kUntilItHears, [&] { return !is_stopping_; })) view_->break_off();
  lock.unlock();
  thread_.join();
}

void Preparation::look() {
  const std::lock_guard lock(lock_);
  is_published_ = true;
  wakes_.notify_all();
}

void Preparation::run() {
  std::unique_lock lock(lock_);
  const auto without_lock = [&](const char* what, const auto& work) {
    lock.unlock();
    const Result<void> done = work();
    lock.lock();
    if (!done && !is_stopping_) {
      log_line(clock_, "error", fmt::format("{}: {}", what, done.error().message));
    }
  };
  while (!is_stopping_) {
    if (std::exchange(is_published_, false)) without_lock("pages are not made ready", prepare_);
    if (is_stopping_) break;
    without_lock("accounts are not kept in order", [&] { return view_->order_by_account(); });
    wakes_.wait_for(lock, kBetweenLooks, [&] { return is_stopping_ || is_published_; });
  }
  is_stopping_ = false;  // heard
  wakes_.notify_all();
}

}  // namespace tidemark
