#include "store/clickhouse/journal.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark::click {
namespace {

constexpr std::uint8_t kTried = 0;
constexpr std::uint8_t kDone = 1;
constexpr std::uint8_t kGivenUp = 2;

std::uint8_t number_of(Lane lane) { return static_cast<std::uint8_t>(lane); }

}  // namespace

std::string within(const Moment& moment, Lane lane) {
  const auto& given_up = moment.given_up[static_cast<std::size_t>(lane)];
  std::string condition = fmt::format("step <= {}", moment.of(lane));
  if (!given_up.empty()) {
    condition += fmt::format(" AND step NOT IN ({})", fmt::join(given_up, ","));
  }
  return condition;
}

Result<Moment> Journal::now() {
  if (!is_own_) return read_moment();
  const std::lock_guard lock(known_lock_);
  if (known_) return *known_;
  auto moment = read_moment();
  if (moment) known_ = *moment;
  return moment;
}

Result<Moment> Journal::read_moment() const {
  Moment moment;
  auto read = server_.query(
      fmt::format("SELECT lane, step FROM journal WHERE state = {} ORDER BY step", kGivenUp),
      {Field::u8, Field::u64}, [&](const Row& row) {
        const auto lane = row.number<std::size_t>(0);
        if (lane < kLanes) moment.given_up[lane].push_back(row.number<std::uint64_t>(1));
      });
  if (!read) return read.error();
  for (const Lane lane : {Lane::log, Lane::published}) {
    const auto at = static_cast<std::size_t>(lane);
    auto& given_up = moment.given_up[at];
    read = server_.query(
        fmt::format("SELECT max(step) FROM journal WHERE lane = {} AND state = {} AND step NOT IN "
                    "(0{}{})",
                    number_of(lane), kDone, given_up.empty() ? "" : ",", fmt::join(given_up, ",")),
        {Field::u64}, [&](const Row& row) { moment.steps[at] = row.number<std::uint64_t>(0); });
    if (!read) return read.error();
    // Later ones are beyond the moment anyway.
    std::erase_if(given_up, [&](std::uint64_t step) { return step > moment.steps[at]; });
  }
  return moment;
}

Result<std::uint64_t> Journal::settle_last(Lane lane) {
  std::uint64_t last = 0;
  std::uint8_t state = kDone;
  auto read = server_.query(
      fmt::format(
          "SELECT step, max(state) FROM journal WHERE lane = {} GROUP BY step ORDER BY step "
          "DESC LIMIT 1",
          number_of(lane)),
      {Field::u64, Field::u8}, [&](const Row& row) {
        last = row.number<std::uint64_t>(0);
        state = row.number<std::uint8_t>(1);
      });
  if (!read) return read.error();
  if (state != kTried) return last;
  if (auto noted = note(lane, last, kGivenUp); !noted) return noted.error();
  // Nobody sees what there is of it; that it goes is a kindness to the disk.
  for (const Table& table : tables()) {
    if (table.lane == lane) {
      static_cast<void>(remove_rows(server_, table, fmt::format("step = {}", last)));
    }
  }
  return last;
}

Result<Journal::Step> Journal::begin(Lane lane) {
  auto& settled = settled_[static_cast<std::size_t>(lane)];
  if (!settled) {
    const auto last = settle_last(lane);
    if (!last) return last.error();
    settled = *last;
    const std::lock_guard lock(known_lock_);
    known_.reset();
  }
  auto before = now();
  if (!before) return before.error();
  const std::uint64_t number = *settled + 1;
  settled.reset();  // until it is done
  if (auto noted = note(lane, number, kTried); !noted) return noted.error();
  return Step{number, *std::move(before)};
}

Result<void> Journal::finish(Lane lane, std::uint64_t step) {
  const auto at = static_cast<std::size_t>(lane);
  if (auto noted = note(lane, step, kDone); !noted) {
    // It may stand there although no answer came: only then was the step done.
    const auto moment = read_moment();
    if (!moment || moment->of(lane) != step) return noted;
  }
  settled_[at] = step;
  const std::lock_guard lock(known_lock_);
  if (known_) known_->steps[at] = step;
  return {};
}

Result<void> Journal::note(Lane lane, std::uint64_t step, std::uint8_t state) {
  RowWriter row;
  row.number(number_of(lane)).number(state).number(step);
  return server_.insert("journal", row);
}

}  // namespace tidemark::click
