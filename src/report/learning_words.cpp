#include "report/learning_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/words.h"

namespace tidemark {
namespace {

std::string rate_words(const SignalRates& rates) {
  const auto share = [](const SilenceCount& count) {
    return count.all == 0 ? std::string("–") : fmt::format("{:.0f}", count.rate().share * 100);
  };
  return fmt::format("{} / {} %", share(rates.with), share(rates.without));
}

std::vector<std::string> row_of(const LearnedAction& action) {
  return {visible(action.name),
          action.today ? readable_points(*action.today) : "–",
          readable_points(action.suggested),
          fmt::format("{}–{}", readable_points(action.low), readable_points(action.high)),
          percent(action.stability),
          action.by_loyal ? readable_points(*action.by_loyal) : "–",
          percent(action.rates.coverage()),
          rate_words(action.rates)};
}

template <class Wanted>
std::string names_of(const LearningReport& report, const Wanted& is_wanted) {
  std::vector<std::string> names;
  for (const LearnedAction& action : report.actions) {
    if (is_wanted(action)) names.push_back(visible(action.name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string day_words(int days) { return days == 1 ? "a day" : fmt::format("{} days", days); }

std::string interval_words(const UsageInterval& interval) {
  std::string words =
      fmt::format("Loyal accounts are back after {} half of the times, after {} nine of ten times",
                  day_words(interval.usual), day_words(interval.long_for));
  if (interval.long_for > kSilentDays / 2) {
    words +=
        ": 30 silent days may be no more than their rhythm, so take churn with care, and try a "
        "longer "
        "window (tidemark whatif --window 90)";
  } else if (interval.usual <= 1) {
    words += ": the product is used daily";
  } else if (interval.usual <= 7) {
    words += ": the product is used weekly";
  }
  return words + ".";
}

std::string held_words(const LearningReport& report) {
  const auto& tested = report.held_against->tested;
  const auto auc = [&](std::size_t at) {
    const auto& value =
        tested[at].backtest.predictors[static_cast<std::size_t>(Predictor::score)].auc;
    return value ? fmt::format("{:.1f} %", *value * 100) : std::string("–");
  };
  return fmt::format(
      "Learned on {} in the same way and held against the {} month-ends since: the score puts who "
      "left below who stayed {} of the time with today's points, {} with learned ones, {} with "
      "habit points besides.",
      readable_day(report.learned_on), tested[0].backtest.months.size(), auc(0), auc(1), auc(2));
}

}  // namespace

std::string lesson_words(const LearningReport& report) {
  std::string words = fmt::format(
      "Learned from what was known on {}: of {} looks at an account, a week apart, {} were "
      "followed by 30 silent days; {} accounts left at least once.",
      readable_day(report.day), with_separators(report.silence.left + report.silence.stayed),
      with_separators(report.silence.left), with_separators(report.silence.accounts_left));
  if (report.belief < 1) {
    words += fmt::format(
        " That is few: the suggestion is {} what was learned, the rest is today's points.",
        percent(report.belief));
  }
  if (report.loyalty) {
    words += fmt::format(
        " “Loyal” is what {} long-standing accounts with a strong habit, against "
        "{} that left for good, would say.",
        with_separators(report.loyalty->stayed), with_separators(report.loyalty->left));
  }
  return words;
}

std::vector<std::string> learning_findings(const LearningReport& report) {
  std::vector<std::string> findings;
  const std::string unscored =
      names_of(report, [](const LearnedAction& action) { return !action.today; });
  if (!unscored.empty()) {
    findings.push_back(
        fmt::format("Nobody scores them today, but they tell who stays: {}.", unscored));
  }
  const std::string idle = names_of(report, [](const LearnedAction& action) {
    return action.today && action.today->milli > 0 && action.suggested.milli == 0;
  });
  if (!idle.empty()) {
    findings.push_back(
        fmt::format("They earn points today, but beside the others tell nothing that can be "
                    "relied on: {}.",
                    idle));
  }
  if (report.held_against) {
    findings.push_back(held_words(report));
    if (!report.is_better()) {
      findings.push_back("Today's points do as well: there is no reason to adopt others.");
    }
  } else {
    findings.push_back(
        fmt::format("Whether it would foretell more is not known: {}.", report.why_not_tested));
  }
  if (report.proposes_habit) {
    findings.push_back(
        fmt::format("{} points per habit day are proposed besides: they remember further back than "
                    "the window.",
                    readable_points(report.habit_points)));
  } else if (report.ranks_better_with_habit) {
    findings.push_back(
        fmt::format("{} points per habit day would rank accounts better, but the levels would keep "
                    "fewer of their promises, since cuts are made from the window alone: not "
                    "proposed.",
                    readable_points(report.habit_points)));
  }
  if (report.interval.intervals > 0) findings.push_back(interval_words(report.interval));
  return findings;
}

LearningTable learning_table(const LearningReport& report) {
  LearningTable table{{"", "today", "learned", "95 %", "sure", "loyal", "used", "silent"}, {}};
  for (const LearnedAction& action : report.actions) table.rows.push_back(row_of(action));
  return table;
}

std::string learning_method(const LearningReport& report) {
  return fmt::format(
      "Logistic regression of staying on the points each action would earn at one point each, "
      "weights not below zero, of what was known on {}; scaled so that accounts have as many "
      "points as today on average, and rounded. The interval and how sure a weight is (the share "
      "of draws in which it is worth anything) are from 200 draws of accounts; what is worth "
      "something in fewer than nine of ten is left out, the least sure first; of events nobody "
      "scores more is asked, since of many tried one may fit by chance, and any tells that an "
      "account is lively. “Used” is the share "
      "of looks whose 30 days had the action; “silent” the share followed by 30 silent days with "
      "it, and without "
      "it.",
      readable_day(report.day));
}

}  // namespace tidemark
