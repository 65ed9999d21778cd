#include "score/backtest_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "score/loaded_activity.h"
#include "wire/definition_json.h"

namespace tidemark {
namespace {

constexpr int kMonths = 12;

std::string percent_words(const SilenceRate& rate) {
  return rate.all == 0 ? "none" : fmt::format("{:.1f} %", rate.share * 100);
}

/// The month-ends to test; none where no month-end's 30 days have passed.
Result<DayRange> months_of(const BacktestQuery& query, DayRange active, Day known) {
  const Day last = last_month_end(query.to.value_or(known - kSilentDays));
  Day first = query.from.value_or(last);
  if (!query.from) {
    for (int month = 1; month < kMonths; ++month) first = last_month_end(first - 1);
  }
  first = std::max(first, active.first);
  if (last - kSilentDays < active.first || first > last || last + kSilentDays > known) {
    return Error{ErrorKind::not_found,
                 fmt::format("no month-end can be tested: activity is known from {} to {}, and a "
                             "month-end needs 30 days before it and 30 days after",
                             day_text(active.first), day_text(known))};
  }
  return DayRange{first, last};
}

int month_ends_in(DayRange days) {
  int count = 0;
  for (Day day = days.first; day <= days.last; ++day) count += is_month_end(day) ? 1 : 0;
  return count;
}

}  // namespace

Result<BacktestReport> report_backtest(Store& store, const BacktestQuery& query, Day last_day,
                                       const Cores& cores,
                                       const std::function<void(int, int)>& on_progress) {
  CHECK(!query.definitions.empty());
  const auto marks = store.incomplete_days();
  if (!marks) return marks.error();
  std::vector<Day> held;
  for (const IncompleteDay& mark : *marks) {
    if (!mark.is_lifted) held.push_back(mark.day);
  }
  std::ranges::sort(held);
  BacktestReport report;
  int done = 0;
  for (const auto& [name, definition] : query.definitions) {
    auto arrived = load_as_it_arrived(store, definition, cores);
    if (!arrived) return arrived.error();
    LoadedActivity& all = arrived->all;
    if (report.tested.empty()) {
      const DayRange active = all.scored(cores).days();
      if (active.length() == 0) {
        return Error{ErrorKind::not_found, "there is no activity yet; import events first"};
      }
      report.known = std::min(last_day, active.last);
      const auto months = months_of(query, active, report.known);
      if (!months) return months.error();
      report.months = *months;
      report.late = std::ssize(arrived->late);
    }
    const int months = month_ends_in(report.months);
    History& in_time = arrived->late.empty() ? all.history : arrived->in_time;
    report.tested.push_back(
        {name, definition_hash(definition), definition,
         run_backtest({all.history, in_time, arrived->late, held}, all.signals, definition,
                      all.facts, report.months, report.known, cores, [&](Day) {
                        on_progress(++done, months * static_cast<int>(query.definitions.size()));
                      })});
  }
  return report;
}

std::vector<Verdict> verdicts_of(const Backtest& backtest) {
  const SilenceRate& low = backtest.by_level[index_of(Level::low)];
  std::vector<Verdict> verdicts{
      {backtest.low_earns_its_name(),
       fmt::format("Low leaves three times as often as what is above it: {} against {}",
                   percent_words(low), percent_words(backtest.above_low))},
      {backtest.low_is_not_empty(),
       fmt::format("At most 80 % of active accounts are above low: {:.0f} %",
                   backtest.accounts_active == 0
                       ? 0.0
                       : 100 * static_cast<double>(backtest.accounts_above_low) /
                             static_cast<double>(backtest.accounts_active))}};
  if (!backtest.lead_times.empty()) {
    const SilenceRate& early = backtest.lead_times.front().low;
    verdicts.push_back(
        {backtest.churners_were_low(),
         fmt::format("Two thirds of those that left were low or none a week before: {} of {}",
                     early.left, early.all)});
  }
  return verdicts;
}

std::string verdict_words(const Backtest& backtest) {
  const auto verdicts = verdicts_of(backtest);
  const auto kept = std::ranges::count(verdicts, true, &Verdict::is_kept);
  const auto& auc = backtest.predictors[static_cast<std::size_t>(Predictor::score)].auc;
  if (!auc) return "Nobody left in these months, or everybody: nothing can be said.";
  const std::string ranks = fmt::format(
      "Of one account that left and one that stayed the score puts the right one lower {:.0f} "
      "times in 100",
      *auc * 100);
  if (!backtest.low_earns_its_name() || *auc < 0.6) {
    return fmt::format("Bad: these levels do not tell who leaves. {}.", ranks);
  }
  if (kept == std::ssize(verdicts))
    return fmt::format("Good: the levels keep their promises. {}.", ranks);
  return fmt::format("Fair: low is told from the rest, but not every promise is kept. {}.", ranks);
}

}  // namespace tidemark
