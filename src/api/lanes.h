#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tidemark {

/// Which threads answer: so that what takes long holds up nothing that does not.
enum class Lane : std::uint8_t {
  at_once,   // on the thread that read the request
  quick,     // figures that are at hand
  events,    // what reads the events of an account
  locked,    // what waits for others to be done with the store, or with publishing
  slow,      // what reads all activity: backtests, what-ifs
  signing,   // passwords, which are slow to check on purpose
  commands,  // command lines
};

/// Threads, each of a lane, and what waits for them.
class Lanes {
 public:
  Lanes();
  /// As `stop`.
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  struct Task {
    std::function<void()> work;
    std::function<void()> refuse;  // called instead where it is overtaken or not begun
    std::function<void(const std::exception&)> fail = {};  // called where `work` throws
    std::string overtakes = {};  // not empty: those of this name that still wait are refused
  };

  /// False where too many wait already, or it is stopping; then neither function is called.
  bool post(Lane lane, Task task);

  /// Refuses what waits, and returns when what was begun is done.
  void stop();

  std::size_t waiting(Lane lane) const;

 private:
  struct Queue {
    std::size_t most = 0;  // that wait
    std::deque<Task> tasks;
    std::condition_variable wakes;
  };
  static constexpr std::size_t kLanes = 7;

  void run(Queue& queue);

  mutable std::mutex lock_;
  bool is_stopping_ = false;
  std::array<Queue, kLanes> queues_;
  std::vector<std::thread> threads_;
};

}  // namespace tidemark
