#include <memory>

#include <fmt/format.h>

#include "cli/backtest_page.h"
#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/backtest_figures.h"
#include "report/backtest_json.h"

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
    print("{}",
          wrapped(is_one ? words : fmt::format("{}: {}", tested.name, words), terminal.width()));
    print("\n");
    for (const Verdict& verdict : verdicts_of(tested.backtest)) {
      print("  {} {}\n", verdict.is_kept ? "✓" : "✗", verdict.words);
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
    print("\n{}\n{}", terminal.bold(group.heading), table.text(terminal));
  }
  print("\n{}\n", wrapped(backtest_method(report), terminal.width()));
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
      if (auto written = write_text(options->page, backtest_page(*report)); !written)
        return written.error();
    }
    if (options->as_json) {
      print("{}\n", backtest_json(*report).dump(1));
      return {};
    }
    print_text(*report, invocation.terminal);
    if (!options->page.empty()) print("\nAs a page: {}\n", options->page);
    return {};
  };
}

}  // namespace tidemark
