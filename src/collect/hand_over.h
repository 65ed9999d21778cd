#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace tidemark {

/// Hands items from one thread to another, one at a time: while one is being used the next is being
/// made, and no more.
template <class Item>
class HandOver {
 public:
  /// Waits until the item before was taken; false when nobody wants more.
  bool give(Item item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !item_ || is_closed_; });
    if (is_closed_) return false;
    item_ = std::move(item);
    changed_.notify_all();
    return true;
  }

  /// Waits for an item; none after `finish`.
  std::optional<Item> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return item_ || is_finished_; });
    std::optional<Item> item = std::exchange(item_, std::nullopt);
    changed_.notify_all();
    return item;
  }

  /// Says that nothing more will be given.
  void finish() {
    const std::scoped_lock lock(mutex_);
    is_finished_ = true;
    changed_.notify_all();
  }

  /// Says that nothing more is wanted.
  void close() {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Item> item_;
  bool is_finished_ = false;
  bool is_closed_ = false;
};

}  // namespace tidemark
