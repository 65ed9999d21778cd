#pragma once

#include <chrono>
#include <mutex>
#include <optional>

namespace tidemark {

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Tells the time. A parameter wherever time matters, so that tests and replays choose it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  /// How long the machine has run, asleep or not: nobody sets it. Of a clock without a machine it
  /// goes with the time.
  virtual std::chrono::microseconds running() const { return now().time_since_epoch(); }
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
  std::chrono::microseconds running() const override;
};

/// A clock that does not follow another one at once when that jumps by more than half a day against
/// the time the machine has run: it goes on by that, as days would be published and events dated
/// wrongly, and follows after an hour or when the jump is undone. Safe to use from several threads.
class JumpGuard final : public Clock {
 public:
  explicit JumpGuard(const Clock& clock);

  Instant now() const override;
  std::chrono::microseconds running() const override { return clock_.running(); }
  /// By how much the other clock has jumped, while it is not followed; else zero.
  std::chrono::microseconds jump() const;

 private:
  std::chrono::microseconds offset() const;
  std::chrono::microseconds unfollowed() const;

  const Clock& clock_;
  mutable std::mutex lock_;
  mutable std::chrono::microseconds followed_;  // the offset of the time to the time of running
  mutable std::optional<std::chrono::microseconds> since_;  // it is not followed
  mutable std::chrono::microseconds last_{0};               // the jump seen last
};

/// Always says the same instant.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant instant) : instant_(instant) {}
  Instant now() const override { return instant_; }

 private:
  Instant instant_;
};

}  // namespace tidemark
