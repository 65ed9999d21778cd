#include "evidence/tracking_gap.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "scoring/day_points.h"

namespace tidemark {
namespace {

constexpr int kWeek = 7;
constexpr int kWeeks = 8;
constexpr int kYear = 365;
static_assert(kUsualDays == kYear + 1 + kWeek * kWeeks);
constexpr int kLongestGap = 7;
constexpr std::size_t kFewestWeeks = 4;
constexpr Traffic kLeastUsual{30, 10};

/// The traffic of one stream of events, day by day.
class Stream {
 public:
  Stream(std::optional<std::size_t> action, std::string source, DayRange days)
      : action_(action),
        source_(std::move(source)),
        days_(days),
        by_day_(static_cast<std::size_t>(days.length())) {}

  Traffic& on(Day day) { return by_day_[static_cast<std::size_t>(day - days_.first)]; }
  void is(const std::vector<Traffic>& by_day) {
    CHECK(by_day.size() == by_day_.size());
    by_day_ = by_day;
  }

  /// Looks at the days in order.
  std::vector<TrackingGap> gaps() {
    std::vector<TrackingGap> gaps;
    is_gap_.assign(by_day_.size(), false);
    const auto first =
        std::ranges::find_if(by_day_, [](const Traffic& traffic) { return traffic.events > 0; });
    begin_ = days_.first + static_cast<int>(first - by_day_.begin());
    int running = 0;
    for (Day day = begin_; day <= days_.last; day = day + 1) {
      const auto usual = usual_of(day);
      if (!usual) continue;
      const bool has_fallen = fell(day, *usual);
      const bool is_gap = has_fallen && running < kLongestGap && !fell_last_year(day);
      running = has_fallen ? running + 1 : 0;
      is_gap_[place(day)] = is_gap;
      if (is_gap) gaps.push_back({day, action_, source_, on(day), usual->median});
    }
    return gaps;
  }

  /// How many events fewer than usual came; none where nothing is usual.
  std::optional<std::int64_t> lacked(Day day) {
    const auto usual = usual_of(day);
    return usual ? std::optional(usual->median.events - on(day).events) : std::nullopt;
  }

 private:
  struct Usual {
    Traffic median;
    std::int64_t fewest = 0;  // events
  };

  bool is_part() const { return action_ || !source_.empty(); }
  std::size_t place(Day day) const { return static_cast<std::size_t>(day - days_.first); }

  static std::int64_t median_of(std::vector<std::int64_t>& values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
  }

  /// None where too little is known, or usual, to tell.
  std::optional<Usual> usual_of(Day day) {
    std::vector<std::int64_t> events, accounts;
    for (int week = 1; week <= kWeeks; ++week) {
      const Day before = day - week * kWeek;
      if (before < begin_ || before < days_.first) break;
      if (is_gap_[place(before)]) continue;
      events.push_back(on(before).events);
      accounts.push_back(on(before).accounts);
    }
    if (events.size() < kFewestWeeks) return std::nullopt;
    const std::int64_t fewest = std::ranges::min(events);
    const Usual usual{{median_of(events), median_of(accounts)}, fewest};
    if (usual.median.events < kLeastUsual.events || usual.median.accounts < kLeastUsual.accounts)
      return std::nullopt;
    return usual;
  }

  bool fell(Day day, const Usual& usual) {
    const Traffic& came = on(day);
    const Traffic& median = usual.median;
    if (3 * came.events > 2 * usual.fewest) return false;
    // Of one action, or source, less is needed to fall by chance than of all.
    return is_part() ? 6 * came.events <= median.events && 2 * came.accounts <= median.accounts
                     : 3 * came.events <= median.events && 4 * came.accounts <= 3 * median.accounts;
  }

  bool fell_last_year(Day day) {
    for (const int beside : {0, -1, 1}) {
      const Day then = day - kYear + beside;
      if (then < begin_ || then < days_.first) continue;
      const auto usual = usual_of(then);
      if (usual && fell(then, *usual)) return true;
    }
    return false;
  }

  std::optional<std::size_t> action_;
  std::string source_;
  DayRange days_;
  Day begin_;  // the first with anything
  std::vector<Traffic> by_day_;
  std::vector<bool> is_gap_;
};

void count(const History& history, const Signals& signals, const std::vector<SignalUse>& uses,
           DayRange days, ActivityTraffic& traffic) {
  auto& [all, of_actions] = traffic;
  const auto on = [&](std::vector<Traffic>& by_day, Day day) -> Traffic& {
    return by_day[static_cast<std::size_t>(day - days.first)];
  };
  std::vector<Day> last_seen(of_actions.size());  // by action, of the account at hand
  for (std::size_t account = 0; account < history.accounts(); ++account) {
    std::optional<Day> last;
    std::ranges::fill(last_seen, days.first - 1);
    history.for_each_cell(static_cast<AccountNumber>(account), days,
                          [&](Day day, std::uint32_t number) {
                            const DayKind& kind = history.kinds()[number];
                            if (signals.is_event_name(kind.signal)) {
                              Traffic& came = on(all, day);
                              came.events += kind.count;
                              came.accounts += last == day ? 0 : 1;
                              last = day;
                            }
                            for (const std::size_t action : uses[kind.signal].actions) {
                              Traffic& came = on(of_actions[action], day);
                              came.events += kind.count;
                              came.accounts += last_seen[action] == day ? 0 : 1;
                              last_seen[action] = day;
                            }
                          });
  }
}

Stream stream_of(const SourceTraffic& source, DayRange days) {
  Stream stream(std::nullopt, source.name, days);
  for (std::size_t at = 0; at < source.by_day.size(); ++at) {
    const Day day = source.first + static_cast<int>(at);
    if (days.contains(day)) stream.on(day) = source.by_day[at];
  }
  return stream;
}

std::set<Day> days_of(const std::vector<TrackingGap>& gaps) {
  std::set<Day> days;
  for (const TrackingGap& gap : gaps) days.insert(gap.day);
  return days;
}

}  // namespace

DayRange days_for_gaps(DayRange active, DayRange days) {
  if (active.length() == 0) return {days.first, days.first - 1};
  return {std::max(active.first, days.first - kUsualDays), days.last};
}

ActivityTraffic activity_traffic(const History& history, const Signals& signals,
                                 const Definition& definition, DayRange looked_at) {
  const auto size = static_cast<std::size_t>(looked_at.length());
  ActivityTraffic traffic{std::vector<Traffic>(size),
                          std::vector(definition.actions.size(), std::vector<Traffic>(size))};
  if (size > 0) count(history, signals, uses_of_signals(definition, signals), looked_at, traffic);
  return traffic;
}

std::vector<TrackingGap> find_gaps(const History& history, const Signals& signals,
                                   const Definition& definition,
                                   std::span<const SourceTraffic> sources, DayRange days) {
  const DayRange looked_at = days_for_gaps(history.days(), days);
  return find_gaps(activity_traffic(history, signals, definition, looked_at), looked_at, sources,
                   days);
}

std::vector<TrackingGap> find_gaps(const ActivityTraffic& traffic, DayRange looked_at,
                                   std::span<const SourceTraffic> sources, DayRange days) {
  if (looked_at.length() <= 0) return {};
  Stream all(std::nullopt, "", looked_at);
  all.is(traffic.all);
  std::vector<Stream> of_actions;
  for (std::size_t action = 0; action < traffic.of_actions.size(); ++action) {
    of_actions.emplace_back(action, "", looked_at).is(traffic.of_actions[action]);
  }
  std::vector<TrackingGap> gaps = all.gaps();
  const auto take = [&](const std::vector<TrackingGap>& found) {
    const std::set<Day> told = days_of(gaps);
    std::ranges::copy_if(found, std::back_inserter(gaps),
                         [&](const TrackingGap& gap) { return !told.contains(gap.day); });
  };
  std::vector<TrackingGap> of_parts;
  for (const SourceTraffic& source : sources) {
    for (const TrackingGap& gap : stream_of(source, looked_at).gaps()) {
      const auto lacked = all.lacked(gap.day);
      const bool is_made_up_for = lacked && 2 * *lacked < gap.usual.events - gap.came.events;
      if (!is_made_up_for) of_parts.push_back(gap);
    }
  }
  take(of_parts);
  of_parts.clear();
  for (Stream& stream : of_actions) std::ranges::copy(stream.gaps(), std::back_inserter(of_parts));
  take(of_parts);
  std::erase_if(gaps, [&](const TrackingGap& gap) { return gap.day < days.first; });
  std::ranges::sort(
      gaps, {}, [](const TrackingGap& gap) { return std::tuple(gap.day, gap.source, gap.action); });
  return gaps;
}

}  // namespace tidemark
