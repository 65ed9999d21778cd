#include "base/clock.h"

#include <ctime>

namespace tidemark {

using std::chrono::microseconds;

Instant SystemClock::now() const {
  return std::chrono::floor<microseconds>(std::chrono::system_clock::now());
}

microseconds SystemClock::running() const {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::duration_cast<microseconds>(std::chrono::seconds{time.tv_sec} +
                                                  std::chrono::nanoseconds{time.tv_nsec});
}

JumpGuard::JumpGuard(const Clock& clock) : clock_(clock), followed_(offset()) {}

microseconds JumpGuard::offset() const {
  return clock_.now().time_since_epoch() - clock_.running();
}

microseconds JumpGuard::unfollowed() const {
  constexpr std::chrono::hours kMost{12};
  constexpr std::chrono::hours kUntilFollowed{1};
  const std::lock_guard lock(lock_);
  const microseconds jump = offset() - followed_;
  const bool is_small = std::chrono::abs(jump) <= kMost;
  const microseconds running = clock_.running();
  const bool is_another = std::chrono::abs(jump - last_) > kMost;
  last_ = jump;
  if (!is_small && (!since_ || is_another)) since_ = running;
  if (is_small || running - *since_ >= kUntilFollowed) {
    followed_ += jump;
    since_.reset();
    return microseconds{0};
  }
  return jump;
}

Instant JumpGuard::now() const { return clock_.now() - unfollowed(); }

microseconds JumpGuard::jump() const { return unfollowed(); }

}  // namespace tidemark
