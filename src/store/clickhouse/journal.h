#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/clickhouse/schema.h"

namespace tidemark::click {

/// What a view sees: of each lane the rows of the steps up to and with these, but for those that
/// were given up.
struct Moment {
  std::array<std::uint64_t, kLanes> steps{};
  std::array<std::vector<std::uint64_t>, kLanes> given_up{};

  std::uint64_t of(Lane lane) const { return steps[static_cast<std::size_t>(lane)]; }
};

/// Which steps are done. ClickHouse knows no transactions: a step is noted as tried, its rows are
/// inserted under its number, and they are seen once it is noted as done. One that failed, or whose
/// process died, is given up before the next begins, whatever of it arrives later; its number is
/// never used again.
///
/// One process at a time changes a store. Safe to use from several threads; steps of one lane go
/// one after the other.
class Journal {
 public:
  /// `is_own`: nobody but this process changes the store, so that what it noted last is remembered.
  Journal(const Server& server, bool is_own) : server_(server), is_own_(is_own) {}

  /// The last steps that are done.
  Result<Moment> now();

  /// A step on its way: its number, and the moment before it.
  struct Step {
    std::uint64_t number = 0;
    Moment before;
  };

  /// Runs `insert(step)` and notes the step as done: all of it, or none.
  template <class Insert>
  Result<void> in_step(Lane lane, const Insert& insert) {
    const std::lock_guard lock(locks_[static_cast<std::size_t>(lane)]);
    const auto step = begin(lane);
    if (!step) return step.error();
    if (auto inserted = insert(*step); !inserted) return inserted;
    return finish(lane, step->number);
  }

 private:
  Result<Moment> read_moment() const;
  /// The last step that was tried, given up if it was never done.
  Result<std::uint64_t> settle_last(Lane lane);
  Result<Step> begin(Lane lane);
  Result<void> finish(Lane lane, std::uint64_t step);
  Result<void> note(Lane lane, std::uint64_t step, std::uint8_t state);

  const Server& server_;
  const bool is_own_;
  std::array<std::mutex, kLanes> locks_;
  std::array<std::optional<std::uint64_t>, kLanes>
      settled_;  // the last step; none: it is not known
  std::mutex known_lock_;
  std::optional<Moment> known_;
};

/// The condition that rows of a lane's table are of a moment.
std::string within(const Moment& moment, Lane lane);

}  // namespace tidemark::click
