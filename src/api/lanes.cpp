#include "api/lanes.h"

#include <algorithm>

namespace tidemark {
namespace {

struct Extent {
  std::size_t threads;
  std::size_t most_waiting;
};
// By lane. A command answers when it is done: one that would wait long is better told so.
constexpr std::array<Extent, 7> kExtents = {
    {{0, 0}, {2, 512}, {2, 256}, {2, 64}, {1, 16}, {1, 16}, {4, 4}}};

}  // namespace

Lanes::Lanes() {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    queues_[lane].most = kExtents[lane].most_waiting;
    for (std::size_t thread = 0; thread < kExtents[lane].threads; ++thread) {
      threads_.emplace_back([this, lane] { run(queues_[lane]); });
    }
  }
}

Lanes::~Lanes() { stop(); }

bool Lanes::post(Lane lane, Task task) {
  Queue& queue = queues_[static_cast<std::size_t>(lane)];
  std::vector<Task> overtaken;
  {
    const std::lock_guard lock(lock_);
    if (is_stopping_) return false;
    if (!task.overtakes.empty()) {
      std::deque<Task> kept;
      for (Task& other : queue.tasks) {
        if (other.overtakes == task.overtakes) {
          overtaken.push_back(std::move(other));
        } else {
          kept.push_back(std::move(other));
        }
      }
      queue.tasks = std::move(kept);
    }
    if (queue.tasks.size() >= queue.most) return false;
    queue.tasks.push_back(std::move(task));
  }
  queue.wakes.notify_one();
  for (const Task& other : overtaken) other.refuse();
  return true;
}

void Lanes::stop() {
  std::vector<Task> refused;
  {
    const std::lock_guard lock(lock_);
    is_stopping_ = true;
    for (Queue& queue : queues_) {
      std::ranges::move(queue.tasks, std::back_inserter(refused));
      queue.tasks.clear();
      queue.wakes.notify_all();
    }
  }
  for (const Task& task : refused) task.refuse();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t Lanes::waiting(Lane lane) const {
  const std::lock_guard lock(lock_);
  return queues_[static_cast<std::size_t>(lane)].tasks.size();
}

void Lanes::run(Queue& queue) {
  std::unique_lock lock(lock_);
  for (;;) {
    queue.wakes.wait(lock, [&] { return is_stopping_ || !queue.tasks.empty(); });
    if (is_stopping_) return;
    const Task task = std::move(queue.tasks.front());
    queue.tasks.pop_front();
    lock.unlock();
    try {
      task.work();
    } catch (const std::exception& failure) {
      // One task must not end the server; memory can run out in any of them.
      if (task.fail) task.fail(failure);
    }
    lock.lock();
  }
}

}  // namespace tidemark
