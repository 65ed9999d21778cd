#include "store/clickhouse/journal.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace tidemark::click {
namespace {

// A row of the journal: a step that is done, or a process that begins or ends to change the lane.
constexpr std::uint8_t kDone = 0;
constexpr std::uint8_t kOpened = 1;
constexpr std::uint8_t kClosed = 2;

std::uint8_t number_of(Lane lane) { return static_cast<std::uint8_t>(lane); }

}  // namespace

std::string within(const Moment& moment, Lane lane) {
  return fmt::format("step <= {}", moment[static_cast<std::size_t>(lane)]);
}

Journal::~Journal() {
  for (const Lane lane : {Lane::log, Lane::published}) {
    const auto at = static_cast<std::size_t>(lane);
    if (!is_open_[at] || needs_clearing_[at]) continue;
    const auto moment = now();
    // Else the next process looks for what this one may have left.
    if (moment) static_cast<void>(note(lane, (*moment)[at], kClosed));
  }
}

Result<Moment> Journal::now() {
  Moment moment{};
  auto read = server_.query(
      fmt::format("SELECT lane, max(step) FROM journal WHERE state = {} GROUP BY lane", kDone),
      {Field::u8, Field::u64}, [&](const Row& row) {
        const auto lane = row.number<std::size_t>(0);
        if (lane < kLanes) moment[lane] = row.number<std::uint64_t>(1);
      });
  if (!read) return read.error();
  return moment;
}

Result<Journal::Step> Journal::begin(Lane lane) {
  const auto at = static_cast<std::size_t>(lane);
  const auto moment = now();
  if (!moment) return moment.error();
  if (!is_open_[at]) {
    // The last process may have died while it changed something.
    std::uint64_t last = kClosed;
    auto read = server_.query(
        fmt::format("SELECT argMax(state, note), max(note) FROM journal WHERE lane = {} HAVING "
                    "count() > 0",
                    number_of(lane)),
        {Field::u8, Field::u64}, [&](const Row& row) {
          last = row.number<std::uint64_t>(0);
          const std::lock_guard lock(notes_lock_);
          notes_ = std::max(notes_, row.number<std::uint64_t>(1));
        });
    if (!read) return read.error();
    needs_clearing_[at] = last != kClosed;
  }
  if (needs_clearing_[at]) {
    if (auto cleared = clear_behind(lane, (*moment)[at]); !cleared) return cleared.error();
    needs_clearing_[at] = false;
  }
  if (!is_open_[at]) {
    if (auto noted = note(lane, (*moment)[at], kOpened); !noted) return noted.error();
    is_open_[at] = true;
  }
  return Step{(*moment)[at] + 1, *moment};
}

Result<void> Journal::finish(Lane lane, const Step& step) {
  auto noted = note(lane, step.number, kDone);
  if (noted) return {};
  // It may stand there although no answer came: only then was the step done.
  const auto moment = now();
  if (moment && (*moment)[static_cast<std::size_t>(lane)] == step.number) return {};
  needs_clearing_[static_cast<std::size_t>(lane)] = true;
  return noted;
}

Result<void> Journal::note(Lane lane, std::uint64_t step, std::uint8_t state) {
  // Later rows of a lane have larger numbers, within a process and from one to the next.
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(notes_lock_);
    number = ++notes_;
  }
  RowWriter row;
  row.number(number_of(lane)).number(state).number(number).number(step);
  return server_.insert("journal", row);
}

Result<void> Journal::clear_behind(Lane lane, std::uint64_t step) {
  for (const Table& table : tables()) {
    if (table.lane != lane) continue;
    std::uint64_t left = 0;
    auto counted = server_.query(
        fmt::format("SELECT toUInt64(count()) FROM {} WHERE step > {}", table.name, step),
        {Field::u64}, [&](const Row& row) { left = row.number<std::uint64_t>(0); });
    if (!counted) return counted;
    if (left == 0) continue;
    if (auto asked = remove_rows(server_, table, fmt::format("step > {}", step)); !asked) {
      return asked;
    }
    constexpr std::chrono::milliseconds kBetweenLooks{20};
    while (left > 0) {
      std::this_thread::sleep_for(kBetweenLooks);
      counted = server_.query(
          fmt::format("SELECT toUInt64(count()) FROM {} WHERE step > {}", table.name, step),
          {Field::u64}, [&](const Row& row) { left = row.number<std::uint64_t>(0); });
      if (!counted) return counted;
    }
  }
  return {};
}

}  // namespace tidemark::click
