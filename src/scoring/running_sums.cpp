#include "scoring/running_sums.h"

#include <algorithm>

namespace tidemark {
namespace {

constexpr std::uint8_t kActive = 1;
constexpr std::uint8_t kEngaged = 2;

}  // namespace

RunningSums::RunningSums(const ScoredActivity& activity, DayRange span)
    : history_(&activity.history()),
      span_(span),
      window_days_(activity.window_days()),
      engaged_day_milli_points_(activity.points().engaged_day_milli_points),
      earned_(static_cast<std::size_t>(span.length())),
      flags_(earned_.size()),
      sums_(earned_.size() + 1) {
  for (const PointsTable::Worth& worth : activity.points().of_kind) {
    const auto flags = static_cast<std::uint8_t>(kActive | (worth.engages ? kEngaged : 0));
    worth_.push_back(worth.is_activity ? Worth{worth.milli_points, flags} : Worth{});
  }
}

bool RunningSums::read(AccountNumber account) {
  std::ranges::fill(earned_, 0);
  std::ranges::fill(flags_, std::uint8_t{0});
  history_->for_each_cell(account, span_, [&](Day day, std::uint32_t kind) {
    const Worth& worth = worth_[kind];
    earned_[place(day)] += worth.milli_points;
    flags_[place(day)] |= worth.flags;
  });
  Sum sum;
  for (std::size_t at = 0; at < earned_.size(); ++at) {
    const std::int32_t engaged = (flags_[at] & kEngaged) != 0 ? 1 : 0;
    sum.milli_points += earned_[at] + engaged * engaged_day_milli_points_;
    sum.engaged += engaged;
    sum.active += flags_[at] & kActive;
    sums_[at + 1] = sum;
  }
  return sum.active > 0;
}

Window RunningSums::window(Day day) const {
  const Sum& after = sums_[place(day) + 1];
  const Sum& before = sums_[place(day - (window_days_ - 1))];
  return {Points{after.milli_points - before.milli_points}, Points{},
          after.engaged - before.engaged, after.active - before.active};
}

}  // namespace tidemark
