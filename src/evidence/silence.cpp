#include "evidence/silence.h"

#include <algorithm>

#include "scoring/habit_walk.h"

namespace tidemark {
namespace {

constexpr std::size_t kAccountsPerRange = 256;

void find_episodes(AccountNumber account, const std::vector<ActiveDay>& active, DayRange detected,
                   Day known, std::vector<ChurnEpisode>& episodes) {
  for (std::size_t at = 0; at < active.size(); ++at) {
    const bool is_last = at + 1 == active.size();
    const Day silent_until = is_last ? known : active[at + 1].day - 1;
    const ChurnEpisode episode{account, active[at].day,
                               is_last ? std::nullopt : std::optional(active[at + 1].day)};
    if (silent_until < episode.detected()) continue;
    if (episode.detected() < detected.first || episode.detected() > detected.last) continue;
    episodes.push_back(episode);
  }
}

/// The snapshots of one account after the other; one per thread.
class Snapshots {
 public:
  Snapshots(const ScoredActivity& activity, const std::vector<Day>& days)
      : activity_(activity), days_(days) {}

  void take(AccountNumber account, std::vector<SilenceSnapshot>& snapshots) {
    const auto first_day = activity_.first_day(account);
    if (days_.empty() || !first_day || *first_day > days_.back()) return;
    activity_.active_days(account, {*first_day, days_.back() + kSilentDays}, active_);
    HabitWalk habit(active_, *first_day);
    for (const Day day : days_) {
      if (day < *first_day) continue;
      const std::int64_t milli_days = habit.move_to(day);
      const std::size_t passed = habit.passed();
      const Day last = active_[passed - 1].day;
      if (last <= day - kSilentDays) continue;
      const bool returns = passed < active_.size() && active_[passed].day <= day + kSilentDays;
      snapshots.push_back({account, day, {milli_days, day - *first_day, day - last}, !returns});
    }
  }

 private:
  const ScoredActivity& activity_;
  const std::vector<Day>& days_;
  std::vector<ActiveDay> active_;
};

/// What `make(first, last, found)` finds in ranges of accounts, in the order of the ranges.
template <class Found, class Make>
std::vector<Found> found_in_ranges(std::size_t accounts, const Cores& cores, const Make& make) {
  std::vector<std::vector<Found>> parts((accounts + kAccountsPerRange - 1) / kAccountsPerRange);
  cores.for_ranges(parts.size(), 1, [&](std::size_t first, std::size_t last, unsigned) {
    for (std::size_t part = first; part < last; ++part) {
      make(part * kAccountsPerRange, std::min(accounts, (part + 1) * kAccountsPerRange),
           parts[part]);
    }
  });
  std::vector<Found> found;
  for (const auto& part : parts) found.insert(found.end(), part.begin(), part.end());
  return found;
}

}  // namespace

std::vector<ChurnEpisode> churn_episodes(const ScoredActivity& activity, DayRange detected,
                                         Day known, const Cores& cores) {
  CHECK(detected.last <= known);
  return found_in_ranges<ChurnEpisode>(
      activity.accounts(), cores,
      [&](std::size_t first, std::size_t last, std::vector<ChurnEpisode>& episodes) {
        std::vector<ActiveDay> active;
        for (std::size_t account = first; account < last; ++account) {
          const auto number = static_cast<AccountNumber>(account);
          activity.active_days(number, {detected.first - kSilentDays, known}, active);
          find_episodes(number, active, detected, known, episodes);
        }
      });
}

std::vector<AccountNumber> every_account(const ScoredActivity& activity, std::size_t step) {
  std::vector<AccountNumber> accounts;
  for (std::size_t account = 0; account < activity.accounts(); account += step) {
    accounts.push_back(static_cast<AccountNumber>(account));
  }
  return accounts;
}

std::vector<Day> weeks_with_outcome(const ScoredActivity& activity, Day day) {
  constexpr int kWeek = 7;
  constexpr int kLookBackDays = 3 * 365;
  std::vector<Day> days;
  const Day first = std::max(activity.days().first, day - kSilentDays - kLookBackDays + 1);
  for (Day at = day - kSilentDays; at >= first; at = at - kWeek) days.push_back(at);
  std::ranges::reverse(days);
  return days;
}

std::vector<SilenceSnapshot> silence_snapshots(const ScoredActivity& activity,
                                               const std::vector<AccountNumber>& accounts,
                                               const std::vector<Day>& days, const Cores& cores) {
  CHECK(std::ranges::is_sorted(days));
  return found_in_ranges<SilenceSnapshot>(
      accounts.size(), cores,
      [&](std::size_t first, std::size_t last, std::vector<SilenceSnapshot>& found) {
        Snapshots snapshots(activity, days);
        for (std::size_t at = first; at < last; ++at) snapshots.take(accounts[at], found);
      });
}

}  // namespace tidemark
