#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "activity/cores.h"
#include "activity/day_kinds.h"
#include "base/check.h"
#include "base/day.h"
#include "model/activity.h"

namespace tidemark {

/// An event, seen as activity: it happened to this account, on this day, and matched this signal.
struct Occurrence {
  AccountNumber account;
  std::uint16_t day;  // since kFirstDay
  SignalNumber signal;

  static constexpr Occurrence of(AccountNumber account, Day day, SignalNumber signal) {
    return {account, static_cast<std::uint16_t>(day - kFirstDay), signal};
  }
};

/// Activity that came after its day had ended, and the day it came.
struct LateOccurrence {
  Occurrence occurrence;
  Day arrived;
};

/// Occurrences in blocks, so that reading many never copies those already read.
using OccurrenceBlocks = std::vector<std::vector<Occurrence>>;

/// Where an account's words lie.
struct HistoryExtent {
  std::uint64_t begin = 0;
  std::uint32_t length = 0;
  std::uint32_t unused = 0;  // so that all bytes of it mean something
};

/// What a history is made of, to be kept and made into one again.
struct HistoryParts {
  std::vector<HistoryExtent> extents;  // by account
  std::vector<std::uint32_t> words;
  std::vector<DayKind> kinds;  // by number
  std::uint64_t cells = 0;
  DayRange days{Day{0}, Day{-1}};
};

/// The activity of all accounts in memory: how often each signal happened, by account and day.
///
/// A cell is one non-zero count, packed into 32 bits: the day, counted from kFirstDay, in the upper
/// 16; the number of its kind in the lower 16. Kinds beyond 65,534 are written as an escape
/// followed by a word with their number. Cells lie by account, then day, then signal. What `extend`
/// adds lies in a second, younger part per account, so that a day costs what the day brings.
///
/// Reading is safe from several threads while nobody extends.
class History {
 public:
  History() = default;

  /// Counts the occurrences, in any order, of `accounts` accounts.
  static History of(const OccurrenceBlocks& occurrences, std::size_t accounts, const Cores& cores);

  /// From the parts of a history that was not extended.
  static History of(HistoryParts parts);

  /// Looks at the parts; the history must not have been extended.
  struct PartsView {
    std::span<const HistoryExtent> extents;
    std::span<const std::uint32_t> words;
    std::span<const DayKind> kinds;
    std::uint64_t cells;
    DayRange days;
  };
  PartsView parts() const {
    CHECK(younger_.empty());
    return {accounts_, words_, kinds_.all(), cells_, days_};
  }

  /// Adds occurrences, in any order. Costs what they bring; an account with occurrences before its
  /// last day so far costs its history. Accounts may be new.
  void extend(std::vector<Occurrence> occurrences);

  std::size_t accounts() const { return accounts_.size(); }
  std::size_t cells() const { return cells_; }
  const std::vector<DayKind>& kinds() const { return kinds_.all(); }

  /// First and last day with any cell; an empty range without cells.
  DayRange days() const { return days_; }

  /// Calls `visit(Day, kind number)` for each cell of the account within `range`, by day, then
  /// signal.
  template <class Visit>
  void for_each_cell(AccountNumber account, DayRange range, Visit&& visit) const;

  /// The first and the last day on which the account has a cell whose kind is accepted; an empty
  /// range if there is none. Costs little where most are.
  template <class Accept>
  DayRange days_where(AccountNumber account, Accept&& accept) const;

  /// The account's packed cells: the older part and the younger part.
  struct Words {
    std::span<const std::uint32_t> older;
    std::span<const std::uint32_t> younger;
  };
  Words words(AccountNumber account) const {
    CHECK(account < accounts_.size());
    const HistoryExtent& extent = accounts_[account];
    return {std::span(words_).subspan(extent.begin, extent.length),
            account < younger_.size() ? std::span<const std::uint32_t>(younger_[account])
                                      : std::span<const std::uint32_t>()};
  }

  static constexpr Day day_in(std::uint32_t word) {
    return kFirstDay + static_cast<int>(word >> 16);
  }

  std::size_t bytes() const;

 private:
  void extend_account(AccountNumber account, std::vector<std::uint32_t>& keys);
  std::optional<Day> last_day(AccountNumber account) const;
  std::size_t cell_count(AccountNumber account) const;
  void include(Day day);

  std::vector<HistoryExtent> accounts_;
  std::vector<std::uint32_t> words_;
  std::vector<std::vector<std::uint32_t>> younger_;  // by account; shorter where nothing was added
  DayKinds kinds_;
  std::size_t cells_ = 0;
  DayRange days_{Day{0}, Day{-1}};
};

template <class Visit>
void History::for_each_cell(AccountNumber account, DayRange range, Visit&& visit) const {
  const auto visit_part = [&](std::span<const std::uint32_t> part) __attribute__((always_inline)) {
    // Where no kind needs an escape every word is a cell, in order, and the first of the range is
    // found by halves.
    std::size_t at = 0;
    if (!kinds_.needs_escapes() && !part.empty() && day_in(part.front()) < range.first) {
      const auto first = static_cast<std::uint32_t>(range.first - kFirstDay) << 16;
      at = static_cast<std::size_t>(std::ranges::lower_bound(part, first) - part.begin());
    }
    while (at < part.size()) {
      const std::uint32_t word = part[at++];
      std::uint32_t kind = word & 0xFFFF;
      if (kind == DayKinds::kEscape) [[unlikely]] {
        kind = part[at++];
      }
      const Day day = day_in(word);
      if (day > range.last) return;
      if (day >= range.first) visit(day, kind);
    }
  };
  const Words parts = words(account);
  visit_part(parts.older);
  visit_part(parts.younger);
}

template <class Accept>
DayRange History::days_where(AccountNumber account, Accept&& accept) const {
  DayRange days{Day{0}, Day{-1}};
  const Words parts = words(account);
  if (kinds_.needs_escapes()) {
    for_each_cell(account, days_, [&](Day day, std::uint32_t kind) {
      if (accept(kind)) days = days.length() == 0 ? DayRange{day, day} : DayRange{days.first, day};
    });
    return days;
  }
  const auto accepts = [&](std::uint32_t word) { return accept(word & 0xFFFF); };
  for (const auto part : {parts.older, parts.younger}) {
    const auto first = std::ranges::find_if(part, accepts);
    if (first == part.end()) continue;
    const auto last = std::find_if(part.rbegin(), part.rend(), accepts);
    if (days.length() == 0) days.first = day_in(*first);
    days.last = day_in(*last);
  }
  return days;
}

}  // namespace tidemark
