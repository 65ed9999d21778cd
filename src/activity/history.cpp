#include "activity/history.h"

#include <bit>
#include <limits>
#include <numeric>
#include <utility>

namespace tidemark {
namespace {

/// A day and a signal in one word: sorts by day, then signal.
constexpr std::uint32_t key_of(const Occurrence& occurrence) {
  return std::uint32_t{occurrence.day} << 16 | occurrence.signal;
}

/// Appends the cell of `count` occurrences of a day and signal.
void append_cell(std::vector<std::uint32_t>& words, std::uint32_t key, std::uint32_t count,
                 DayKinds& kinds) {
  const std::uint32_t kind = kinds.number_of({static_cast<SignalNumber>(key), count});
  const std::uint32_t day = key & 0xFFFF0000U;
  if (kind < DayKinds::kEscape) {
    words.push_back(day | kind);
  } else {
    words.push_back(day | DayKinds::kEscape);
    words.push_back(kind);
  }
}

/// Turns one account's keys, in any order, into cells. Counts in a table by day and signal where
/// that is small enough to stay in the cache, else sorts.
class CellCounter {
 public:
  CellCounter(DayKinds& kinds, std::uint32_t signals) : kinds_(kinds), signals_(signals) {}

  /// Appends the cells to `words`; returns how many.
  std::size_t count(std::span<std::uint32_t> keys, std::vector<std::uint32_t>& words) {
    if (keys.empty()) return 0;
    const auto [least, most] = std::ranges::minmax(keys);
    const std::uint32_t first_day = least >> 16;
    const std::size_t places = std::size_t{(most >> 16) - first_day + 1} * signals_;
    return places <= kTablePlaces && places <= keys.size() * 64 + 64
               ? count_in_table(keys, first_day, places, words)
               : count_sorted(keys, words);
  }

  /// The same by sorting, whatever the signals.
  std::size_t count_sorted(std::span<std::uint32_t> keys, std::vector<std::uint32_t>& words) {
    std::ranges::sort(keys);
    std::size_t cells = 0;
    for (std::size_t at = 0; at < keys.size(); ++cells) {
      std::size_t end = at + 1;
      while (end < keys.size() && keys[end] == keys[at]) ++end;
      append_cell(words, keys[at], static_cast<std::uint32_t>(end - at), kinds_);
      at = end;
    }
    return cells;
  }

 private:
  static constexpr std::size_t kTablePlaces = std::size_t{1} << 15;

  std::size_t count_in_table(std::span<const std::uint32_t> keys, std::uint32_t first_day,
                             std::size_t places, std::vector<std::uint32_t>& words) {
    counts_.resize(std::max(counts_.size(), places));
    used_.resize(std::max(used_.size(), places / 64 + 1));
    for (const std::uint32_t key : keys) {
      const std::size_t place = std::size_t{(key >> 16) - first_day} * signals_ + (key & 0xFFFF);
      ++counts_[place];
      used_[place / 64] |= std::uint64_t{1} << place % 64;
    }
    std::size_t cells = 0;
    for (std::size_t block = 0; block <= places / 64; ++block) {
      for (std::uint64_t bits = std::exchange(used_[block], 0); bits != 0; bits &= bits - 1) {
        const std::size_t place = block * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        const auto day = static_cast<std::uint32_t>(place / signals_);
        const auto signal = static_cast<std::uint32_t>(place % signals_);
        append_cell(words, (first_day + day) << 16 | signal, std::exchange(counts_[place], 0),
                    kinds_);
        ++cells;
      }
    }
    return cells;
  }

  DayKinds& kinds_;
  std::uint32_t signals_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint64_t> used_;
};

/// What one pass over all occurrences tells.
struct Extents {
  std::uint32_t signals = 0;  // one more than the highest
  std::uint16_t first_day = std::numeric_limits<std::uint16_t>::max();
  std::uint16_t last_day = 0;
  std::vector<std::size_t> begins;  // of each account's occurrences in the order of accounts; one
                                    // more entry than accounts
};

Extents extents_of(const OccurrenceBlocks& blocks, std::size_t accounts, const Cores& cores) {
  std::vector<Extents> parts(cores.threads());
  for (Extents& part : parts) part.begins.assign(accounts + 1, 0);
  cores.for_ranges(blocks.size(), 1, [&](std::size_t at, std::size_t, unsigned thread) {
    Extents& part = parts[thread];
    for (const Occurrence& occurrence : blocks[at]) {
      CHECK(occurrence.account < accounts);
      ++part.begins[occurrence.account + 1];
      part.signals = std::max(part.signals, std::uint32_t{occurrence.signal} + 1);
      part.first_day = std::min(part.first_day, occurrence.day);
      part.last_day = std::max(part.last_day, occurrence.day);
    }
  });
  Extents whole = std::move(parts.front());
  for (const Extents& part : std::span(parts).subspan(1)) {
    whole.signals = std::max(whole.signals, part.signals);
    whole.first_day = std::min(whole.first_day, part.first_day);
    whole.last_day = std::max(whole.last_day, part.last_day);
    for (std::size_t at = 0; at < whole.begins.size(); ++at) whole.begins[at] += part.begins[at];
  }
  std::partial_sum(whole.begins.begin(), whole.begins.end(), whole.begins.begin());
  return whole;
}

/// The keys of all occurrences, by account.
std::vector<std::uint32_t> keys_by_account(const OccurrenceBlocks& blocks,
                                           const std::vector<std::size_t>& begins,
                                           const Cores& cores) {
  std::vector<std::uint32_t> keys(begins.back());
  std::vector<std::size_t> next(begins.begin(), begins.end() - 1);
  // Each thread reads all occurrences and places those of its own accounts, an equal share of the
  // keys.
  const std::size_t parts = cores.threads();
  cores.for_ranges(parts, 1, [&](std::size_t part, std::size_t, unsigned) {
    const auto account_at = [&](std::size_t share) {
      return share == parts ? next.size()
                            : static_cast<std::size_t>(
                                  std::ranges::lower_bound(begins, keys.size() * share / parts) -
                                  begins.begin());
    };
    const std::size_t first = account_at(part);
    const std::size_t last = account_at(part + 1);
    for (const auto& block : blocks) {
      for (const Occurrence& occurrence : block) {
        if (occurrence.account < first || occurrence.account >= last) continue;
        keys[next[occurrence.account]++] = key_of(occurrence);
      }
    }
  });
  return keys;
}

std::vector<std::uint32_t> keys_of_words(std::span<const std::uint32_t> words,
                                         const DayKinds& kinds) {
  std::vector<std::uint32_t> keys;
  for (std::size_t at = 0; at < words.size();) {
    const std::uint32_t word = words[at++];
    std::uint32_t number = word & 0xFFFF;
    if (number == DayKinds::kEscape) number = words[at++];
    const DayKind kind = kinds.all()[number];
    keys.insert(keys.end(), kind.count, (word & 0xFFFF0000U) | kind.signal);
  }
  return keys;
}

}  // namespace

History History::of(const OccurrenceBlocks& occurrences, std::size_t accounts, const Cores& cores) {
  constexpr std::size_t kAccountsPerRange = 512;
  History history;
  history.accounts_.resize(accounts);
  const Extents extents = extents_of(occurrences, accounts, cores);
  if (extents.begins.back() == 0) return history;
  history.days_ = {kFirstDay + extents.first_day, kFirstDay + extents.last_day};
  history.kinds_.reserve(extents.signals);
  std::vector<std::uint32_t> keys = keys_by_account(occurrences, extents.begins, cores);

  std::vector<std::vector<std::uint32_t>> words((accounts + kAccountsPerRange - 1) /
                                                kAccountsPerRange);
  std::atomic<std::size_t> cells{0};
  cores.for_ranges(accounts, kAccountsPerRange, [&](std::size_t first, std::size_t last, unsigned) {
    auto& out = words[first / kAccountsPerRange];
    out.reserve(extents.begins[last] - extents.begins[first]);
    CellCounter counter(history.kinds_, extents.signals);
    for (std::size_t account = first; account < last; ++account) {
      const std::size_t begin = extents.begins[account];
      const std::size_t end = extents.begins[account + 1];
      history.accounts_[account].begin = out.size();
      cells += counter.count(std::span(keys).subspan(begin, end - begin), out);
      history.accounts_[account].length =
          static_cast<std::uint32_t>(out.size() - history.accounts_[account].begin);
    }
  });
  history.cells_ = cells;

  keys = {};
  std::size_t total = 0;
  for (std::size_t range = 0; range < words.size(); ++range) {
    const std::size_t first = range * kAccountsPerRange;
    for (std::size_t at = first; at < std::min(accounts, first + kAccountsPerRange); ++at) {
      history.accounts_[at].begin += total;
    }
    total += words[range].size();
  }
  history.words_.reserve(total);
  for (auto& part : words) {
    history.words_.insert(history.words_.end(), part.begin(), part.end());
    part = {};
  }
  return history;
}

History History::of(HistoryParts parts) {
  History history;
  history.accounts_ = std::move(parts.extents);
  history.words_ = std::move(parts.words);
  history.kinds_ = DayKinds(std::move(parts.kinds));
  history.cells_ = parts.cells;
  history.days_ = parts.days;
  return history;
}

void History::extend(std::vector<Occurrence> occurrences) {
  if (occurrences.empty()) return;
  std::uint32_t signals = 0;
  for (const Occurrence& occurrence : occurrences) {
    include(kFirstDay + occurrence.day);
    signals = std::max(signals, std::uint32_t{occurrence.signal} + 1);
    if (occurrence.account >= accounts_.size()) accounts_.resize(occurrence.account + 1);
  }
  kinds_.reserve(signals);
  younger_.resize(accounts_.size());
  std::ranges::sort(occurrences, {}, &Occurrence::account);

  std::vector<std::uint32_t> keys;
  for (std::size_t at = 0; at < occurrences.size();) {
    const AccountNumber account = occurrences[at].account;
    keys.clear();
    for (; at < occurrences.size() && occurrences[at].account == account; ++at) {
      keys.push_back(key_of(occurrences[at]));
    }
    extend_account(account, keys);
  }
}

void History::extend_account(AccountNumber account, std::vector<std::uint32_t>& keys) {
  std::ranges::sort(keys);
  const auto last_known = last_day(account);
  std::vector<std::uint32_t>& younger = younger_[account];
  if (last_known && day_in(keys.front()) <= *last_known) {
    // Late activity may change cells that are there: count the account anew.
    const auto [older, newer] = words(account);
    for (const auto part : {older, newer}) {
      const auto known = keys_of_words(part, kinds_);
      keys.insert(keys.end(), known.begin(), known.end());
    }
    cells_ -= cell_count(account);
    accounts_[account].length = 0;
    younger.clear();
  }
  CellCounter counter(kinds_, 1);
  cells_ += counter.count_sorted(keys, younger);
}

std::optional<Day> History::last_day(AccountNumber account) const {
  const auto [older, younger] = words(account);
  const auto part = younger.empty() ? older : younger;
  if (part.empty()) return std::nullopt;
  if (!kinds_.needs_escapes()) return day_in(part.back());
  std::optional<Day> last;
  for_each_cell(account, days_, [&](Day day, std::uint32_t) { last = day; });
  return last;
}

std::size_t History::cell_count(AccountNumber account) const {
  std::size_t cells = 0;
  for_each_cell(account, days_, [&](Day, std::uint32_t) { ++cells; });
  return cells;
}

void History::include(Day day) {
  if (days_.length() == 0) {
    days_ = {day, day};
  } else {
    days_ = {std::min(days_.first, day), std::max(days_.last, day)};
  }
}

std::size_t History::bytes() const {
  std::size_t bytes = accounts_.capacity() * sizeof(HistoryExtent) +
                      words_.capacity() * sizeof(std::uint32_t) +
                      younger_.capacity() * sizeof(std::vector<std::uint32_t>);
  for (const auto& part : younger_) bytes += part.capacity() * sizeof(std::uint32_t);
  return bytes + kinds_.all().capacity() * sizeof(DayKind);
}

}  // namespace tidemark
