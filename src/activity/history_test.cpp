#include "activity/history.h"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark {
namespace {

using Counts = std::map<std::tuple<AccountNumber, int, int>, std::uint32_t>;

Counts counts_of(const std::vector<Occurrence>& occurrences) {
  Counts counts;
  for (const auto& [account, day, signal] : occurrences) ++counts[{account, day, signal}];
  return counts;
}

Counts counts_of(const History& history) {
  Counts counts;
  for (AccountNumber account = 0; account < history.accounts(); ++account) {
    std::pair<Day, int> before{Day{-1}, -1};
    history.for_each_cell(account, history.days(), [&](Day day, std::uint32_t number) {
      const DayKind kind = history.kinds()[number];
      RC_ASSERT(before < std::pair(day, int{kind.signal}));  // by day, then signal
      before = {day, kind.signal};
      counts[{account, day - kFirstDay, kind.signal}] = kind.count;
    });
  }
  return counts;
}

std::vector<Occurrence> occurrences_of(const std::vector<std::uint32_t>& numbers, int signals) {
  std::vector<Occurrence> occurrences;
  for (const std::uint32_t number : numbers) {
    occurrences.push_back(
        {number % 7, static_cast<std::uint16_t>(13'000 + number / 7 % 40),
         static_cast<SignalNumber>(number / 280 % static_cast<unsigned>(signals))});
  }
  return occurrences;
}

RC_GTEST_PROP(History, counts_every_occurrence_whatever_the_order_and_threads,
              (const std::vector<std::uint32_t>& numbers)) {
  const int signals = *rc::gen::element(1, 3, 900);
  const auto occurrences = occurrences_of(numbers, signals);
  const std::size_t half = occurrences.size() / 2;
  const OccurrenceBlocks blocks{
      {occurrences.begin() + static_cast<std::ptrdiff_t>(half), occurrences.end()},
      {occurrences.begin(), occurrences.begin() + static_cast<std::ptrdiff_t>(half)}};
  const History history = History::of(blocks, 7, Cores(*rc::gen::element(1U, 8U)));
  RC_ASSERT(counts_of(history) == counts_of(occurrences));
  RC_ASSERT(history.cells() == counts_of(occurrences).size());
}

RC_GTEST_PROP(History, extended_in_any_order_is_the_same_as_made_at_once,
              (const std::vector<std::vector<std::uint32_t>>& days)) {
  std::vector<Occurrence> all;
  History history = History::of({}, 7, Cores(1));
  for (const auto& day : days) {
    const auto occurrences = occurrences_of(day, 3);
    all.insert(all.end(), occurrences.begin(), occurrences.end());
    history.extend(occurrences);
  }
  RC_ASSERT(counts_of(history) == counts_of(all));
  RC_ASSERT(history.cells() == counts_of(all).size());
}

/// The days of the account's cells of signals below 2, found cell by cell.
void expect_days_where(const History& history, AccountNumber account) {
  const auto accepts = [&](std::uint32_t kind) { return history.kinds()[kind].signal < 2; };
  DayRange expected{Day{0}, Day{-1}};
  history.for_each_cell(account, history.days(), [&](Day day, std::uint32_t kind) {
    if (accepts(kind)) expected = {expected.length() == 0 ? day : expected.first, day};
  });
  EXPECT_EQ(history.days_where(account, accepts), expected);
}

TEST(History, keeps_more_kinds_than_fit_a_cell) {
  // 300 signals with up to 400 occurrences a day: 120,000 kinds, of which half need an escape.
  std::vector<Occurrence> occurrences;
  for (std::uint16_t signal = 0; signal < 300; ++signal) {
    for (std::uint16_t day = 0; day < 400; ++day) {
      occurrences.insert(occurrences.end(), day + 1U,
                         {signal % 5U, static_cast<std::uint16_t>(10'000 + day), signal});
    }
  }
  History history = History::of({occurrences}, 5, Cores(2));
  EXPECT_GT(history.kinds().size(), 65'535U);
  EXPECT_EQ(counts_of(history), counts_of(occurrences));

  std::vector<Occurrence> more = {{0, 10'399, 0}, {0, 10'398, 5}, {1, 10'500, 1}};
  history.extend(more);
  occurrences.insert(occurrences.end(), more.begin(), more.end());
  EXPECT_EQ(counts_of(history), counts_of(occurrences));
  for (const AccountNumber account : {0U, 1U, 3U}) expect_days_where(history, account);
}

TEST(History, visits_only_the_days_asked_for) {
  const History history = History::of({{{0, 100, 0}, {0, 101, 0}, {0, 103, 0}}}, 1, Cores(1));
  std::vector<int> days;
  history.for_each_cell(0, {kFirstDay + 101, kFirstDay + 102},
                        [&](Day day, std::uint32_t) { days.push_back(day - kFirstDay); });
  EXPECT_EQ(days, std::vector<int>{101});
  EXPECT_EQ(history.days(), (DayRange{kFirstDay + 100, kFirstDay + 103}));
}

TEST(History, finds_the_first_and_last_day_of_some_signals) {
  History history =
      History::of({{{0, 100, 5}, {0, 101, 0}, {0, 103, 1}, {0, 109, 5}, {1, 100, 5}}}, 2, Cores(1));
  EXPECT_EQ(
      history.days_where(0, [&](std::uint32_t kind) { return history.kinds()[kind].signal < 2; }),
      (DayRange{kFirstDay + 101, kFirstDay + 103}));
  for (const AccountNumber account : {0U, 1U}) expect_days_where(history, account);
  history.extend({{0, 200, 0}, {0, 201, 5}, {1, 202, 1}});
  for (const AccountNumber account : {0U, 1U}) expect_days_where(history, account);
}

TEST(History, without_events_is_empty) {
  const History history = History::of({}, 3, Cores(2));
  EXPECT_EQ(history.cells(), 0U);
  EXPECT_EQ(history.days().length(), 0);
}

TEST(History, keeps_to_four_bytes_a_cell) {
  std::vector<Occurrence> occurrences;
  for (std::uint32_t at = 0; at < 100'000; ++at) {
    occurrences.push_back({at % 50, static_cast<std::uint16_t>(10'000 + at / 50 % 400),
                           static_cast<SignalNumber>(at % 17)});
  }
  const History history = History::of({occurrences}, 50, Cores(2));
  EXPECT_LE(history.bytes(), history.cells() * 4 + 50 * 200 + history.kinds().size() * 16);
}

}  // namespace
}  // namespace tidemark
