#include "report/backtest_json.h"

#include "report/backtest_figures.h"
#include "report/level_json.h"
#include "wire/calibration_json.h"

namespace tidemark {
namespace {

Json json_of(const std::array<SilenceRate, kLevelCount>& by_level) {
  Json json = Json::object();
  for (std::size_t level = 0; level < kLevelCount; ++level) {
    if (by_level[level].all == 0) continue;
    json[std::string(level_name(static_cast<Level>(level)))] = rate_json(by_level[level]);
  }
  return json;
}

Json json_of(const TestedDefinition& tested) {
  const Backtest& backtest = tested.backtest;
  Json json = {{"name", tested.name},
               {"hash", tested.hash},
               {"verdict", verdict_words(backtest)},
               {"promises", Json::array()},
               {"predictors", Json::object()},
               {"brier", json_or_null(backtest.brier)},
               {"calibration_error", expected_calibration_error(backtest.calibration)},
               {"calibration", Json::array()},
               {"by_level", json_of(backtest.by_level)},
               {"above_low", rate_json(backtest.above_low)},
               {"lead_times", Json::array()},
               {"moves", backtest.moves},
               {"reversed", backtest.reversed},
               {"account_days", backtest.account_days},
               {"moves_per_account_month", backtest.moves_per_account_month()},
               {"months", Json::array()}};
  for (const Verdict& verdict : verdicts_of(backtest)) {
    json["promises"].push_back({{"is_kept", verdict.is_kept}, {"words", verdict.words}});
  }
  for (std::size_t at = 0; at < kPredictors; ++at) {
    const PredictorFigures& figures = backtest.predictors[at];
    json["predictors"][predictor_label(at)] = {
        {"auc", json_or_null(figures.auc)},
        {"average_precision", json_or_null(figures.average_precision)},
        {"lift", json_or_null(figures.lift)}};
  }
  for (const ReliabilityBin& bin : backtest.calibration) {
    json["calibration"].push_back({{"mean_probability", bin.mean_probability},
                                   {"share_left", bin.share_left},
                                   {"count", bin.count}});
  }
  for (const LeadTime& lead : backtest.lead_times) {
    json["lead_times"].push_back({{"days", lead.days}, {"low", rate_json(lead.low)}});
  }
  for (const BacktestMonth& month : backtest.months) {
    Json auc;
    for (std::size_t at = 0; at < kPredictors; ++at) {
      auc[predictor_label(at)] = json_or_null(month.auc[at]);
    }
    json["months"].push_back({{"day", day_text(month.day)},
                              {"all", rate_json(month.all)},
                              {"has_model", month.has_model},
                              {"auc", std::move(auc)},
                              {"by_level", json_of(month.by_level)}});
  }
  return json;
}

}  // namespace

Json backtest_json(const BacktestReport& report) {
  Json json = {{"from", day_text(report.months.first)},
               {"to", day_text(report.months.last)},
               {"known", day_text(report.known)},
               {"late", report.late},
               {"definitions", Json::array()}};
  for (const TestedDefinition& tested : report.tested) {
    json["definitions"].push_back(json_of(tested));
  }
  return json;
}

}  // namespace tidemark
