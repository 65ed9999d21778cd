#include "report/backtest_figures.h"

#include <fmt/format.h>

#include "report/words.h"

namespace tidemark {
namespace {

std::string figure(const std::optional<double>& value, int decimals = 3) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "–";
}

std::string rate_words(const SilenceRate& rate, bool with_counts) {
  if (rate.all == 0) return "–";
  const std::string words =
      fmt::format("{:.1f} % ({:.1f}–{:.1f})", rate.share * 100, rate.least * 100, rate.most * 100);
  return with_counts ? fmt::format("{} of {}", words, with_separators(rate.all)) : words;
}

template <class Value>
FigureRow row_of(const BacktestReport& report, std::string what, const Value& value) {
  FigureRow row{std::move(what), {}};
  for (const TestedDefinition& tested : report.tested) row.values.push_back(value(tested.backtest));
  return row;
}

FigureGroup ranking_figures(const BacktestReport& report) {
  FigureGroup group{"Who leaves is told apart: area under the ROC curve, mean of the months", {}};
  for (std::size_t predictor = 0; predictor < kPredictors; ++predictor) {
    group.rows.push_back(row_of(report, predictor_label(predictor), [&](const Backtest& backtest) {
      return figure(backtest.predictors[predictor].auc);
    }));
  }
  for (const auto& [predictor, name] : {std::pair(Predictor::score, "the score"),
                                        std::pair(Predictor::probability, "the probability")}) {
    const auto at = static_cast<std::size_t>(predictor);
    group.rows.push_back(
        row_of(report, fmt::format("average precision, {}", name), [&](const Backtest& backtest) {
          return figure(backtest.predictors[at].average_precision);
        }));
    group.rows.push_back(
        row_of(report, fmt::format("lift, riskiest tenth by {}", name),
               [&](const Backtest& backtest) { return figure(backtest.predictors[at].lift, 1); }));
  }
  return group;
}

FigureGroup probability_figures(const BacktestReport& report) {
  return {"What the probability says comes true",
          {row_of(report, "Brier score",
                  [](const Backtest& backtest) { return figure(backtest.brier, 4); }),
           row_of(report, "expected calibration error", [](const Backtest& backtest) {
             return backtest.calibration.empty()
                        ? "–"
                        : figure(expected_calibration_error(backtest.calibration));
           })}};
}

FigureGroup level_figures(const BacktestReport& report, bool with_counts) {
  FigureGroup group{"Silent for the 30 days after a month-end", {}};
  for (const Level level : {Level::none, Level::low, Level::medium, Level::high}) {
    group.rows.push_back(row_of(report, level_label(level), [&](const Backtest& backtest) {
      return rate_words(backtest.by_level[index_of(level)], with_counts);
    }));
  }
  group.rows.push_back(row_of(report, "above low together", [&](const Backtest& backtest) {
    return rate_words(backtest.above_low, with_counts);
  }));
  for (std::size_t at = 0; at < report.tested.front().backtest.lead_times.size(); ++at) {
    const int days = report.tested.front().backtest.lead_times[at].days;
    group.rows.push_back(row_of(report, fmt::format("low or none {} days before leaving", days),
                                [&](const Backtest& backtest) {
                                  return rate_words(backtest.lead_times[at].low, with_counts);
                                }));
  }
  group.rows.push_back(row_of(report, "moves an account and month", [](const Backtest& backtest) {
    return fmt::format("{:.3f}", backtest.moves_per_account_month());
  }));
  group.rows.push_back(
      row_of(report, "of them taken back in 14 days", [](const Backtest& backtest) {
        return backtest.moves == 0 ? std::string("–")
                                   : percent(static_cast<double>(backtest.reversed) /
                                             static_cast<double>(backtest.moves));
      }));
  return group;
}

}  // namespace

std::string predictor_label(std::size_t predictor) {
  return std::string(predictor_name(static_cast<Predictor>(predictor)));
}

std::vector<FigureGroup> backtest_figures(const BacktestReport& report, bool with_counts) {
  return {ranking_figures(report), probability_figures(report), level_figures(report, with_counts)};
}

std::string backtest_method(const BacktestReport& report) {
  return fmt::format(
      "Walked forward over {} month-ends from {} to {}: at each, levels are those that would have "
      "been published by then, cuts and probability are made from what was known then, and all of "
      "it is held against the 30 days after, of the accounts active in the 30 days before. {}"
      "Nothing after {} is used.",
      report.tested.front().backtest.months.size(), readable_day(report.months.first),
      readable_day(report.months.last),
      report.late == 0
          ? ""
          : fmt::format("{} events that came late count from the month-end on by which "
                        "they had come. ",
                        with_separators(report.late)),
      readable_day(report.known));
}

}  // namespace tidemark
