#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "cli/backtest_figures.h"
#include "cli/backtest_page.h"
#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/progress_bar.h"
#include "cli/workspace.h"
#include "wire/calibration_json.h"

namespace tidemark {
namespace {

struct BacktestOptions {
  std::optional<Day> from;
  std::optional<Day> to;
  std::vector<std::string> compare;
  std::string page;
  bool as_json = false;
};

void print_text(const BacktestReport& report, const Terminal& terminal) {
  const bool is_one = report.tested.size() == 1;
  for (const TestedDefinition& tested : report.tested) {
    const std::string words = verdict_words(tested.backtest);
    fmt::print("{}", wrapped(is_one ? words : fmt::format("{}: {}", tested.name, words),
                             terminal.width()));
    fmt::print("\n");
    for (const Verdict& verdict : verdicts_of(tested.backtest)) {
      fmt::print("  {} {}\n", verdict.is_kept ? "✓" : "✗", verdict.words);
    }
  }
  for (const FigureGroup& group : backtest_figures(report, is_one)) {
    std::vector<Table::Column> columns{{""}};
    for (const TestedDefinition& tested : report.tested) {
      columns.push_back({is_one ? "" : visible(tested.name), Table::Align::right});
    }
    Table table(std::move(columns));
    for (const FigureRow& row : group.rows) {
      std::vector<std::string> cells{row.what};
      cells.insert(cells.end(), row.values.begin(), row.values.end());
      table.add(std::move(cells));
    }
    fmt::print("\n{}\n{}", terminal.bold(group.heading), table.text(terminal));
  }
  fmt::print("\n{}\n", wrapped(backtest_method(report), terminal.width()));
}

Json json_of(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

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
               {"brier", json_of(backtest.brier)},
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
        {"auc", json_of(figures.auc)},
        {"average_precision", json_of(figures.average_precision)},
        {"lift", json_of(figures.lift)}};
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
      auc[predictor_label(at)] = json_of(month.auc[at]);
    }
    json["months"].push_back({{"day", day_text(month.day)},
                              {"all", rate_json(month.all)},
                              {"has_model", month.has_model},
                              {"auc", std::move(auc)},
                              {"by_level", json_of(month.by_level)}});
  }
  return json;
}

void print_json(const BacktestReport& report) {
  Json json = {{"from", day_text(report.months.first)},
               {"to", day_text(report.months.last)},
               {"known", day_text(report.known)},
               {"late", report.late},
               {"definitions", Json::array()}};
  for (const TestedDefinition& tested : report.tested) {
    json["definitions"].push_back(json_of(tested));
  }
  fmt::print("{}\n", json.dump(1));
}

Result<void> write_page(const std::string& file, const BacktestReport& report) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << backtest_page(report);
  out.close();
  if (out) return {};
  return Error{ErrorKind::unavailable, fmt::format("{} cannot be written", file)};
}

Result<BacktestQuery> query_of(const Workspace& workspace, const BacktestOptions& options) {
  BacktestQuery query{options.from, options.to, {{"today's", workspace.definition}}};
  for (const std::string& file : options.compare) {
    auto definition = read_definition(file);
    if (!definition) return definition.error();
    query.definitions.emplace_back(std::filesystem::path(file).filename().string(),
                                   *std::move(definition));
  }
  return query;
}

}  // namespace

RunCommand declare_backtest(CLI::App& app) {
  const auto options = std::make_shared<BacktestOptions>();
  add_day_option(app, "--from", options->from, "Month-ends from this day on; else twelve");
  add_day_option(app, "--to", options->to, "Up to this day; else the last that can be tested");
  app.add_option("--compare", options->compare, "Definitions to test beside today's")
      ->type_name("FILE");
  app.add_option("--html", options->page, "Write the report as a page that needs nothing else")
      ->type_name("FILE");
  app.add_flag("--json", options->as_json, "As JSON, month by month");
  app.footer(
      "Examples:\n  tidemark backtest\n"
      "  tidemark backtest --compare draft.toml --html backtest.html");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto query = query_of(*workspace, *options);
    if (!query) return query.error();
    const auto last_day = last_day_to_show(*workspace, invocation.clock);
    if (!last_day) return last_day.error();
    Result<BacktestReport> report = [&] {
      ProgressBar progress(invocation.clock);
      return report_backtest(*workspace->store, *query, *last_day, Cores::all(),
                             [&](int done, int all) {
                               progress.show(static_cast<double>(done) / all,
                                             fmt::format("{} of {} month-ends", done, all));
                             });
    }();
    if (!report) return report.error();
    if (!options->page.empty()) {
      if (auto written = write_page(options->page, *report); !written) return written.error();
    }
    if (options->as_json) {
      print_json(*report);
      return {};
    }
    print_text(*report, invocation.terminal);
    if (!options->page.empty()) fmt::print("\nAs a page: {}\n", options->page);
    return {};
  };
}

}  // namespace tidemark
