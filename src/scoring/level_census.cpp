#include "scoring/level_census.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>

#include "base/whole_root.h"

// Sixteen accounts are scored at once, one in each lane of a vector. Their cells are first spread
// into a table of day by lane; then the days are walked once, the window of all lanes sliding by
// one addition and one subtraction. Levels are counted in bytes of a lane, one byte a level, and
// gathered before a byte can overflow. Long histories are walked in spans, so that the table stays
// in the first-level cache.
//
// Points of a window fit 32 bits under any usual definition; where they may not, lanes are 64 bits
// wide and eight.

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(TIDEMARK_SANITIZED)
#define TIDEMARK_FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TIDEMARK_FOR_EACH_CPU
#endif

namespace tidemark {
namespace {

constexpr int kSpanDays = 390;
constexpr int kRowsBefore =
    kMostWindowDays;  // of a span's table: days that may still leave the window

/// What a cell adds, by kind: its points, and two flags to be shifted to the account's lane.
template <class Int>
struct CellWorth {
  Int points;
  std::uint32_t flags;
};
constexpr std::uint32_t kActive = 1;
constexpr std::uint32_t kEngaged = 1U << 16;

/// As many accounts as fit a vector of 64 bytes. Plain loops over the lanes become vector
/// instructions, those of each kind of processor.
template <class Int>
constexpr std::size_t kLanesOf = 64 / sizeof(Int);

template <class Int>
using Row = std::array<Int, kLanesOf<Int>>;

/// The constants of a census that the inner loop needs, in the lanes' own width.
template <class Int>
struct Rules {
  std::vector<CellWorth<Int>> worth;  // by kind
  Int engaged_day_points = 0;
  bool has_cuts = false;
  int window_days = 0;
  std::array<Int, kMostWindowDays + 1> low{};  // by age; at 0 for the settled
  Int high = 0;
};

/// One byte of a lane for each level but medium, which is what is left.
enum Code : std::uint32_t { inactive = 1, none = 1U << 8, low = 1U << 16, high = 1U << 24 };
constexpr int kBlocksUntilFull = 255;

/// A block of accounts on its way through the days.
template <class Int>
struct Block {
  std::array<Row<Int>, kRowsBefore + kSpanDays> points;
  std::array<std::uint32_t, kRowsBefore + kSpanDays> flags;
  Row<Int> first_day;      // counted from kFirstDay
  Int last_first_day = 0;  // of the lanes that have one

  Row<Int> window;
  Row<Int> last_active;
  Row<Int> last_engaged;
};

/// Level codes by lane: sums of up to 255 blocks.
template <class Int>
using Codes = std::array<std::make_unsigned_t<Int>, kLanesOf<Int>>;

/// The low cut of each lane on a day: by the age of its account while that is ramping.
template <class Int>
void set_low_cuts(const Block<Int>& block, const Rules<Int>& rules, Int day, Row<Int>& low) {
  low.fill(rules.low[0]);
  for (std::size_t lane = 0; lane < low.size(); ++lane) {
    const Int age = day - block.first_day[lane] + 1;
    if (age > 0 && age <= rules.window_days) low[lane] = rules.low[static_cast<std::size_t>(age)];
  }
}

/// Days of a span, counted from its first: from `begin` up to, but not, `end`.
struct SpanPart {
  int begin;
  int end;
};

/// Walks a part of the span whose first day is `first` (counted from kFirstDay; row kRowsBefore of
/// the table), adding each day's codes to `tally`, which begins with the part, or is null for days
/// before the census.
template <class Int>
[[gnu::always_inline]] inline void walk_lanes(Block<Int>& block, const Rules<Int>& rules, Int first,
                                              SpanPart part, Codes<Int>* tally) {
  using Sum = std::make_unsigned_t<Int>;
  alignas(64) Row<Int> window = block.window;
  alignas(64) Row<Int> last_active = block.last_active;
  alignas(64) Row<Int> last_engaged = block.last_engaged;
  alignas(64) const Row<Int> first_day = block.first_day;
  alignas(64) Row<Int> low;
  low.fill(rules.low[0]);
  bool is_ramping = true;
  const auto window_days = static_cast<Int>(rules.window_days);
  for (int at = part.begin; at < part.end; ++at) {
    const Int day = first + static_cast<Int>(at);
    const Int begin = day - window_days;  // what happened on it or before has left the window
    const std::size_t row = static_cast<std::size_t>(at) + kRowsBefore;
    const std::uint32_t entering = block.flags[row];
    const std::uint32_t leaving = block.flags[row - static_cast<std::size_t>(rules.window_days)];
    const Row<Int>& earned = block.points[row];
    const Row<Int>& expired = block.points[row - static_cast<std::size_t>(rules.window_days)];
    for (std::size_t lane = 0; lane < window.size(); ++lane) {
      const Int enters = static_cast<Int>(entering >> (lane + 16) & 1);
      const Int leaves = static_cast<Int>(leaving >> (lane + 16) & 1);
      window[lane] += earned[lane] - expired[lane] + (rules.engaged_day_points & -enters) -
                      (rules.engaged_day_points & -leaves);
      last_engaged[lane] = enters != 0 ? day : last_engaged[lane];
      last_active[lane] = (entering >> lane & 1) != 0 ? day : last_active[lane];
    }
    if (tally == nullptr) continue;
    if (is_ramping) {
      set_low_cuts(block, rules, day, low);
      is_ramping = day < block.last_first_day + window_days;
    }
    Codes<Int>& codes = tally[at - part.begin];
    for (std::size_t lane = 0; lane < window.size(); ++lane) {
      const Sum of_high =
          window[lane] > rules.high && first_day[lane] <= begin ? Sum{Code::high} : 0;
      const Sum of_engaged = window[lane] <= low[lane] ? Sum{Code::low} : of_high;
      const Sum of_active = last_engaged[lane] > begin ? of_engaged : Sum{Code::none};
      const Sum of_known = last_active[lane] > begin ? of_active : Sum{Code::inactive};
      codes[lane] += first_day[lane] <= day ? of_known : 0;
    }
  }
  block.window = window;
  block.last_active = last_active;
  block.last_engaged = last_engaged;
}

TIDEMARK_FOR_EACH_CPU void walk_days(Block<std::int32_t>& block, const Rules<std::int32_t>& rules,
                                     std::int32_t first, SpanPart part,
                                     Codes<std::int32_t>* tally) {
  walk_lanes(block, rules, first, part, tally);
}

TIDEMARK_FOR_EACH_CPU void walk_days(Block<std::int64_t>& block, const Rules<std::int64_t>& rules,
                                     std::int64_t first, SpanPart part,
                                     Codes<std::int64_t>* tally) {
  walk_lanes(block, rules, first, part, tally);
}

/// Counts levels block by block; one per thread.
template <class Int>
class Census {
 public:
  static constexpr std::size_t kLanes = kLanesOf<Int>;

  Census(const History& history, const PointsTable& points, const Rules<Int>& rules, DayRange days)
      : history_(history),
        points_(points),
        rules_(rules),
        days_(days),
        tally_(static_cast<std::size_t>(days.length())),
        known_(tally_.size() + 1),
        counts_(tally_.size()) {}

  /// Counts the accounts from `first` on, as many as there are lanes at most, up to `last`.
  void count_block(std::size_t first, std::size_t last) {
    block_->points = {};
    block_->flags = {};
    block_->window = {};
    // Before any window: nothing was active yet.
    block_->last_active.fill(kNever);
    block_->last_engaged.fill(kNever);
    open_accounts(first, last);
    const Day begin = days_.first - (rules_.window_days - 1);
    for (Day span = begin; span <= days_.last; span = span + kSpanDays) {
      walk_span({span, std::min(days_.last, span + (kSpanDays - 1))});
    }
    if (++blocks_ == kBlocksUntilFull) gather();
  }

  /// The counts of all blocks so far.
  const std::vector<LevelCounts>& counts() {
    gather();
    return counts_;
  }

 private:
  static constexpr int kNever = -1'000'000;
  static constexpr Int kNoDay = 1'000'000;  // a first day after all days

  /// What is left of an account's cells.
  struct Rest {
    const std::uint32_t* next = nullptr;
    const std::uint32_t* end = nullptr;
  };
  using RestOfAccount = std::array<Rest, 2>;  // older, younger

  static Int count_of(Day day) { return static_cast<Int>(day - kFirstDay); }

  void open_accounts(std::size_t first, std::size_t last) {
    block_->first_day.fill(kNoDay);
    block_->last_first_day = kNever;
    rest_ = {};
    for (std::size_t lane = 0; lane < last - first; ++lane) {
      const auto [older, younger] = history_.words(static_cast<AccountNumber>(first + lane));
      rest_[lane] = {Rest{older.data(), older.data() + older.size()},
                     Rest{younger.data(), younger.data() + younger.size()}};
      const Int first_day = first_active_day(rest_[lane]);
      block_->first_day[lane] = first_day;
      if (first_day == kNoDay) {
        rest_[lane] = {};
        continue;
      }
      block_->last_first_day = std::max(block_->last_first_day, first_day);
      const Int known_from = std::max<Int>(0, first_day - count_of(days_.first));
      if (known_from < static_cast<Int>(tally_.size()))
        ++known_[static_cast<std::size_t>(known_from)];
      pass_over(rest_[lane], days_.first - (rules_.window_days - 1));
    }
  }

  Int first_active_day(const RestOfAccount& parts) const {
    for (auto [next, end] : parts) {
      while (next != end) {
        const std::uint32_t word = *next++;
        std::uint32_t kind = word & 0xFFFF;
        if (kind == DayKinds::kEscape) kind = *next++;
        if (points_.of_kind[kind].is_activity) return static_cast<Int>(word >> 16);
      }
    }
    return kNoDay;
  }

  void pass_over(RestOfAccount& parts, Day begin) const {
    for (Rest& rest : parts) {
      while (rest.next != rest.end && History::day_in(*rest.next) < begin) {
        rest.next += (*rest.next & 0xFFFF) == DayKinds::kEscape ? 2 : 1;
      }
    }
  }

  void walk_span(DayRange span) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      for (Rest& rest : rest_[lane]) spread_cells(rest, span, lane);
    }
    // The days before the census are walked to fill the window, not to be counted.
    const int before = std::max(0, days_.first - span.first);
    walk_days(*block_, rules_, count_of(span.first), {0, before}, nullptr);
    const Day first = span.first + before;
    walk_days(*block_, rules_, count_of(span.first), {before, span.length()},
              tally_.data() + (first - days_.first));
    if (span.last < days_.last) keep_last_window();
  }

  /// Makes the last days of a full span the days before the next one.
  void keep_last_window() {
    std::copy(block_->points.end() - kRowsBefore, block_->points.end(), block_->points.begin());
    std::copy(block_->flags.end() - kRowsBefore, block_->flags.end(), block_->flags.begin());
    std::fill(block_->points.begin() + kRowsBefore, block_->points.end(), Row<Int>{});
    std::fill(block_->flags.begin() + kRowsBefore, block_->flags.end(), 0U);
  }

  void spread_cells(Rest& rest, DayRange span, std::size_t lane) {
    const auto first = static_cast<std::uint32_t>(span.first - kFirstDay);
    const auto last = static_cast<std::uint32_t>(span.last - kFirstDay);
    auto* const points = &block_->points[kRowsBefore][lane];
    auto* const flags = &block_->flags[kRowsBefore];
    const CellWorth<Int>* const worth = rules_.worth.data();
    const std::uint32_t* next = rest.next;
    for (; next != rest.end; ++next) {
      const std::uint32_t day = *next >> 16;
      if (day > last) break;
      std::uint32_t kind = *next & 0xFFFF;
      if (kind == DayKinds::kEscape) [[unlikely]] {
        kind = *++next;
      }
      points[(day - first) * kLanes] += worth[kind].points;
      flags[day - first] |= worth[kind].flags << lane;
    }
    rest.next = next;
  }

  /// Adds what the bytes of the tally hold to the counts, and empties them.
  void gather() {
    std::int64_t known = 0;
    for (std::size_t at = 0; at < tally_.size(); ++at) {
      known += known_[at];
      std::int64_t inactive = 0, none = 0, low = 0, high = 0;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const auto codes = static_cast<std::uint64_t>(tally_[at][lane]);
        inactive += codes & 0xFF;
        none += codes >> 8 & 0xFF;
        low += codes >> 16 & 0xFF;
        high += codes >> 24 & 0xFF;
      }
      LevelCounts& counts = counts_[at];
      counts[index_of(Level::inactive)] += inactive;
      counts[index_of(Level::none)] += none;
      counts[index_of(Level::low)] += low;
      counts[index_of(Level::high)] += high;
      const Level rest = rules_.has_cuts ? Level::medium : Level::engaged;
      counts[index_of(rest)] += known - inactive - none - low - high;
      tally_[at] = {};
    }
    std::ranges::fill(known_, 0);
    blocks_ = 0;
  }

  const History& history_;
  const PointsTable& points_;
  const Rules<Int>& rules_;
  DayRange days_;
  std::unique_ptr<Block<Int>> block_ = std::make_unique<Block<Int>>();
  std::array<RestOfAccount, kLanes> rest_;
  std::vector<Codes<Int>> tally_;
  std::vector<std::int64_t> known_;  // accounts of the tally that exist from this day on
  std::vector<LevelCounts> counts_;
  int blocks_ = 0;
};

/// The most a window can hold: every signal at its best kind, on each of its days.
Wide most_points_of_window(const PointsTable& points, const std::vector<DayKind>& kinds,
                           int window_days) {
  std::vector<std::int64_t> best;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const std::size_t signal = kinds[kind].signal;
    if (signal >= best.size()) best.resize(signal + 1);
    best[signal] = std::max(best[signal], points.of_kind[kind].milli_points);
  }
  Wide sum = static_cast<Wide>(points.engaged_day_milli_points);
  for (const std::int64_t most : best) sum += static_cast<Wide>(most);
  return sum * static_cast<unsigned>(window_days);
}

template <class Int>
Rules<Int> make_rules(const PointsTable& points, const LevelLadder& ladder) {
  constexpr std::int64_t kMost = std::numeric_limits<Int>::max();
  Rules<Int> rules;
  for (const PointsTable::Worth& worth : points.of_kind) {
    rules.worth.push_back({static_cast<Int>(worth.milli_points),
                           (worth.is_activity ? kActive : 0) | (worth.engages ? kEngaged : 0)});
  }
  rules.engaged_day_points = static_cast<Int>(points.engaged_day_milli_points);
  rules.has_cuts = ladder.has_cuts();
  rules.window_days = ladder.window_days();
  for (int age = 0; age < ladder.full_age(); ++age) {
    // Without cuts nobody is low or high; no window holds fewer than 0 or more than the most.
    const std::int64_t low = ladder.has_cuts() ? ladder.low_up_to(age) : -1;
    rules.low[static_cast<std::size_t>(age)] = static_cast<Int>(std::min(low, kMost));
  }
  rules.high = static_cast<Int>(ladder.has_cuts() ? std::min(ladder.high_above(), kMost) : kMost);
  return rules;
}

template <class Int>
std::vector<LevelCounts> count_with(const History& history, const PointsTable& points,
                                    const LevelLadder& ladder, DayRange days, const Cores& cores) {
  constexpr std::size_t kLanes = kLanesOf<Int>;
  const Rules<Int> rules = make_rules<Int>(points, ladder);
  std::vector<std::unique_ptr<Census<Int>>> censuses;
  for (unsigned thread = 0; thread < cores.threads(); ++thread) {
    censuses.push_back(std::make_unique<Census<Int>>(history, points, rules, days));
  }
  cores.for_ranges(history.accounts(), kLanes * 16,
                   [&](std::size_t first, std::size_t last, unsigned thread) {
                     for (std::size_t at = first; at < last; at += kLanes) {
                       censuses[thread]->count_block(at, std::min(last, at + kLanes));
                     }
                   });
  std::vector<LevelCounts> counts(static_cast<std::size_t>(days.length()));
  for (const auto& census : censuses) {
    const auto& part = census->counts();
    for (std::size_t day = 0; day < counts.size(); ++day) {
      for (std::size_t level = 0; level < kLevelCount; ++level) {
        counts[day][level] += part[day][level];
      }
    }
  }
  return counts;
}

}  // namespace

std::vector<LevelCounts> count_levels(const History& history, const PointsTable& points,
                                      const LevelLadder& ladder, DayRange days,
                                      const Cores& cores) {
  if (days.length() == 0) return {};
  const bool is_narrow = most_points_of_window(points, history.kinds(), ladder.window_days()) <=
                         static_cast<Wide>(std::numeric_limits<std::int32_t>::max());
  return is_narrow ? count_with<std::int32_t>(history, points, ladder, days, cores)
                   : count_with<std::int64_t>(history, points, ladder, days, cores);
}

}  // namespace tidemark
