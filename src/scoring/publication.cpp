#include "scoring/publication.h"

#include <algorithm>

#include "scoring/published_level.h"

namespace tidemark {
namespace {

/// Whether accounts move, or are held where they stand.
enum class Moves : std::uint8_t { published, held };

/// Publishes one account after the other; one per thread.
class AccountPublisher {
 public:
  AccountPublisher(const ScoredActivity& activity, const LevelLadder& ladder, DayRange days,
                   Beginning beginning, Moves moves, bool keeps_records)
      : activity_(activity),
        ladder_(ladder),
        days_(days),
        beginning_(beginning),
        moves_(moves),
        keeps_records_(keeps_records) {
    entered_.resize(static_cast<std::size_t>(days.length()) + 1);
  }

  void publish(LevelRecord& latest) {
    first_day_ = activity_.first_day(latest.account);
    const bool is_new = latest.day == Day{};
    const Day begin = is_new && first_day_ ? std::max(*first_day_, days_.first) : days_.first;
    if ((is_new && !first_day_) || begin > days_.last) return;

    settled_from_ = activity_.settled_from(latest.account);
    SlidingWindow window = SlidingWindow::over(activity_, latest.account,
                                               {days_.first - 1, days_.last}, account_days_);
    if (beginning_ == Beginning::plain_levels ||
        (ladder_.has_cuts() && latest.standing.level == Level::engaged)) {
      start_on_plain_level(window, latest);
    }
    count_from(begin, latest.standing.level, 1);
    for (Day day = begin; day <= days_.last; day = next_day(day, window, latest)) {
      publish_day(day, window.move_to(day), latest);
    }
  }

  std::vector<LevelRecord> records;
  std::vector<Change> changes;

  /// Adds this thread's counts to `accounts_by_day`, one entry per day of the range.
  void add_counts(std::vector<LevelCounts>& accounts_by_day) const {
    LevelCounts running{};
    for (std::size_t day = 0; day < accounts_by_day.size(); ++day) {
      for (std::size_t level = 0; level < kLevelCount; ++level) {
        running[level] += entered_[day][level];
        accounts_by_day[day][level] += running[level];
      }
    }
  }

 private:
  Seniority seniority_on(Day day) const {
    return {first_day_ ? day - *first_day_ + 1 : 0, settled_from_ && *settled_from_ <= day};
  }

  void start_on_plain_level(SlidingWindow& window, LevelRecord& latest) {
    const Day before = days_.first - 1;
    if (!first_day_ || before < *first_day_) return;
    const Level level = ladder_.level_of(window.move_to(before), seniority_on(before));
    // Late events may have made a fact of it: that is a move, and published as one.
    if (beginning_ == Beginning::plain_levels || is_on_ladder(level)) {
      latest.standing = {level, {}, 0};
    }
  }

  void publish_day(Day day, const Window& window, LevelRecord& latest) {
    const Seniority seniority = seniority_on(day);
    const Level from = latest.standing.level;
    LevelRecord today{
        latest.account, day, window.points(), ladder_.level_of(window, seniority), {}};
    today.standing =
        moves_ == Moves::held
            ? latest.standing
            : next_standing(latest.standing, ladder_.level_from(from, window, seniority),
                            ladder_.confirm_days());
    if (today.standing.level != from) {
      changes.push_back(
          {day, today.account, from, today.standing.level, latest.points, today.points});
      count_from(day, from, -1);
      count_from(day, today.standing.level, 1);
    }
    if (latest.day == Day{} || !today.says_the_same_as(latest)) {
      if (keeps_records_) records.push_back(today);
      latest = today;
    }
  }

  /// The next day on which anything can differ: the window moves, a move waits, or the account's
  /// age counts.
  Day next_day(Day day, const SlidingWindow& window, const LevelRecord& latest) const {
    if (latest.standing.waited > 0 || seniority_on(day).age < activity_.window_days() + 1)
      return day + 1;
    Day next = window.next_move_after(day).value_or(days_.last + 1);
    if (settled_from_ && *settled_from_ > day) next = std::min(next, *settled_from_);
    return next;
  }

  void count_from(Day day, Level level, int accounts) {
    entered_[static_cast<std::size_t>(day - days_.first)][index_of(level)] += accounts;
  }

  const ScoredActivity& activity_;
  const LevelLadder& ladder_;
  DayRange days_;
  Beginning beginning_;
  Moves moves_;
  bool keeps_records_;
  AccountDays account_days_;
  std::vector<LevelCounts>
      entered_;  // accounts that came to a level less those that left it, by day
  std::optional<Day> first_day_;
  std::optional<Day> settled_from_;
};

}  // namespace

std::vector<LevelRecord> nothing_published(std::size_t accounts) {
  std::vector<LevelRecord> records(accounts);
  for (AccountNumber account = 0; account < accounts; ++account) records[account].account = account;
  return records;
}

std::vector<Correction> find_corrections(const ScoredActivity& activity, Day day,
                                         const std::vector<LevelRecord>& latest,
                                         const Cores& cores) {
  constexpr std::size_t kAccountsPerRange = 1024;
  std::vector<std::vector<Correction>> found(cores.threads());
  cores.for_ranges(latest.size(), kAccountsPerRange,
                   [&](std::size_t first, std::size_t last, unsigned thread) {
                     AccountDays memory;
                     for (std::size_t at = first; at < last; ++at) {
                       const LevelRecord& record = latest[at];
                       // Before its first active day an account has no points, whatever stands
                       // beside them.
                       const auto first_day = activity.first_day(record.account);
                       Points now;
                       if (first_day && *first_day <= day) {
                         SlidingWindow window =
                             SlidingWindow::over(activity, record.account, {day, day}, memory);
                         now = window.move_to(day).points();
                       }
                       if (now != record.points) {
                         found[thread].push_back({day, record.account, record.points, now});
                       }
                     }
                   });
  std::vector<Correction> corrections;
  for (const auto& of_thread : found) {
    corrections.insert(corrections.end(), of_thread.begin(), of_thread.end());
  }
  std::ranges::sort(corrections, {}, &Correction::account);
  return corrections;
}

namespace {

Publication publish_accounts(const ScoredActivity& activity, const AccountPublisher& publisher,
                             DayRange days, std::vector<LevelRecord>& latest, const Cores& cores) {
  constexpr std::size_t kAccountsPerRange = 256;
  CHECK(latest.size() == activity.accounts());
  std::vector<AccountPublisher> publishers(cores.threads(), publisher);
  cores.for_ranges(latest.size(), kAccountsPerRange,
                   [&](std::size_t first, std::size_t last, unsigned thread) {
                     for (std::size_t account = first; account < last; ++account) {
                       publishers[thread].publish(latest[account]);
                     }
                   });

  Publication publication;
  publication.accounts_by_day.resize(static_cast<std::size_t>(days.length()));
  for (const AccountPublisher& of_thread : publishers) {
    publication.records.insert(publication.records.end(), of_thread.records.begin(),
                               of_thread.records.end());
    publication.changes.insert(publication.changes.end(), of_thread.changes.begin(),
                               of_thread.changes.end());
    of_thread.add_counts(publication.accounts_by_day);
  }
  // Which thread had which accounts must not show.
  std::ranges::sort(publication.records, {}, [](const LevelRecord& record) {
    return std::pair(record.day, record.account);
  });
  std::ranges::sort(publication.changes, {},
                    [](const Change& change) { return std::pair(change.day, change.account); });
  return publication;
}

}  // namespace

Publication publish(const ScoredActivity& activity, const LevelLadder& ladder, DayRange days,
                    Beginning beginning, std::vector<LevelRecord>& latest, const Cores& cores) {
  const AccountPublisher publisher(activity, ladder, days, beginning, Moves::published, true);
  return publish_accounts(activity, publisher, days, latest, cores);
}

Publication publish_held(const ScoredActivity& activity, const LevelLadder& ladder, Day day,
                         std::vector<LevelRecord>& latest, const Cores& cores) {
  const DayRange days{day, day};
  const AccountPublisher publisher(activity, ladder, days, Beginning::continued, Moves::held, true);
  return publish_accounts(activity, publisher, days, latest, cores);
}

Publication publish_changes(const ScoredActivity& activity, const LevelLadder& ladder,
                            DayRange days, Beginning beginning, std::vector<LevelRecord>& latest,
                            const Cores& cores) {
  const AccountPublisher publisher(activity, ladder, days, beginning, Moves::published, false);
  return publish_accounts(activity, publisher, days, latest, cores);
}

}  // namespace tidemark
