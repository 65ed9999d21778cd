#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "store/clickhouse/schema.h"

namespace tidemark::click {

/// What a view sees: of each lane the rows of the steps up to and with these.
using Moment = std::array<std::uint64_t, kLanes>;

/// Which steps are done. ClickHouse knows no transactions: the rows of a step are inserted under
/// the next number, which nobody asks for, and the step is done when the journal has a row of it.
/// Rows of a step that failed, or whose process died, are removed before the next one begins.
///
/// One process at a time changes a store. Safe to use from several threads; steps of one lane go
/// one after the other.
class Journal {
 public:
  explicit Journal(const Server& server) : server_(server) {}
  /// Notes that this process is done with what it changed.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// The last steps that are done.
  Result<Moment> now();

  /// A step on its way: its number, and the moment before it.
  struct Step {
    std::uint64_t number = 0;
    Moment before{};
  };

  /// Runs `insert(step)` and notes the step as done: all of it, or none.
  template <class Insert>
  Result<void> in_step(Lane lane, const Insert& insert) {
    const std::lock_guard lock(locks_[static_cast<std::size_t>(lane)]);
    auto step = begin(lane);
    if (!step) return step.error();
    Result<void> inserted = insert(*step);
    if (!inserted) {
      needs_clearing_[static_cast<std::size_t>(lane)] = true;
      return inserted;
    }
    return finish(lane, *step);
  }

 private:
  Result<Step> begin(Lane lane);
  Result<void> finish(Lane lane, const Step& step);
  Result<void> clear_behind(Lane lane, std::uint64_t step);
  Result<void> note(Lane lane, std::uint64_t step, std::uint8_t state);

  const Server& server_;
  std::array<std::mutex, kLanes> locks_;
  std::array<bool, kLanes> is_open_{};
  std::array<bool, kLanes> needs_clearing_{};
  std::mutex notes_lock_;
  std::uint64_t notes_ = 0;
};

/// What a question of a lane's table adds to its conditions, so that it sees the moment.
std::string within(const Moment& moment, Lane lane);

}  // namespace tidemark::click
