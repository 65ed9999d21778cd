#include "evidence/input_windows.h"

#include <algorithm>

#include "scoring/day_points.h"

namespace tidemark {
namespace {

/// Points of one action, at one point each.
struct Earned {
  std::size_t action = 0;
  std::int64_t milli_points = 0;
};

/// By kind of day: what each action earns by it.
std::vector<std::vector<Earned>> earned_by_kind(const Definition& definition,
                                                const std::vector<DayKind>& kinds,
                                                const Signals& signals) {
  const auto uses = uses_of_signals(definition, signals);
  std::vector<std::vector<Earned>> earned(kinds.size());
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    for (const std::size_t place : uses[kinds[kind].signal].actions) {
      Action action = definition.actions[place];
      action.points = Points{1000};
      earned[kind].push_back({place, action_points(action, kinds[kind].count)});
    }
  }
  return earned;
}

/// The inputs of one account after the other; one per thread.
class InputWindows {
 public:
  InputWindows(const History& history, const std::vector<std::vector<Earned>>& earned,
               const Definition& definition)
      : history_(history),
        earned_(earned),
        window_days_(definition.window_days),
        sums_(definition.actions.size()) {}

  /// Writes the inputs of moments of one account, one row after the other, from `row` on.
  void write(std::span<const Moment> moments, float* row) {
    const AccountNumber account = moments.front().account;
    read_entries(account, {moments.front().day - (window_days_ - 1), moments.back().day});
    std::ranges::fill(sums_, 0);
    std::size_t entering = 0;
    std::size_t leaving = 0;
    for (const Moment& moment : moments) {
      for (; entering < entries_.size() && entries_[entering].day <= moment.day; ++entering) {
        sums_[entries_[entering].earned.action] += entries_[entering].earned.milli_points;
      }
      for (; leaving < entering && entries_[leaving].day <= moment.day - window_days_; ++leaving) {
        sums_[entries_[leaving].earned.action] -= entries_[leaving].earned.milli_points;
      }
      for (const std::int64_t sum : sums_) *row++ = static_cast<float>(sum) / 1000;
    }
  }

 private:
  struct Entry {
    Day day;
    Earned earned;
  };

  void read_entries(AccountNumber account, DayRange days) {
    entries_.clear();
    history_.for_each_cell(account, days, [&](Day day, std::uint32_t kind) {
      for (const Earned& earned : earned_[kind]) entries_.push_back({day, earned});
    });
  }

  const History& history_;
  const std::vector<std::vector<Earned>>& earned_;
  int window_days_;
  std::vector<std::int64_t> sums_;  // by action, of the window
  std::vector<Entry> entries_;
};

/// Where each account's moments begin, and the end.
std::vector<std::size_t> beginnings(const std::vector<Moment>& moments) {
  std::vector<std::size_t> begins;
  for (std::size_t at = 0; at < moments.size(); ++at) {
    if (at == 0 || moments[at].account != moments[at - 1].account) begins.push_back(at);
  }
  begins.push_back(moments.size());
  return begins;
}

}  // namespace

Observations inputs_on(const History& history, const Definition& definition, const Signals& signals,
                       const std::vector<Moment>& moments, const Cores& cores) {
  const auto earned = earned_by_kind(definition, history.kinds(), signals);
  Observations observations;
  observations.features = definition.actions.size();
  observations.values.resize(moments.size() * observations.features);
  for (const Moment& moment : moments) observations.outcome.push_back(moment.stayed ? 1 : 0);
  const auto begins = beginnings(moments);
  constexpr std::size_t kAccountsPerRange = 64;
  cores.for_ranges(begins.size() - 1, kAccountsPerRange,
                   [&](std::size_t first, std::size_t last, unsigned) {
                     InputWindows windows(history, earned, definition);
                     for (std::size_t at = first; at < last; ++at) {
                       const std::size_t begin = begins[at];
                       windows.write(std::span(moments).subspan(begin, begins[at + 1] - begin),
                                     &observations.values[begin * observations.features]);
                     }
                   });
  return observations;
}

}  // namespace tidemark
