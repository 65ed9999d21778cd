#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/definition_command.h"
#include "cli/learning_page.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/backtest_json.h"
#include "report/learning_json.h"
#include "report/learning_words.h"
#include "wire/calibration_json.h"
#include "wire/definition_toml.h"

namespace tidemark {
namespace {

struct LearnOptions {
  std::string file;
  std::string page;
  bool adopts = false;
  bool as_json = false;
};

void print_text(const LearningReport& report, const Terminal& terminal) {
  print("{}\n", wrapped(lesson_words(report), terminal.width()));
  const LearningTable learned = learning_table(report);
  std::vector<Table::Column> columns;
  for (const std::string& heading : learned.headings) {
    columns.push_back({heading, columns.empty() ? Table::Align::left : Table::Align::right});
  }
  Table table(std::move(columns));
  for (const auto& row : learned.rows) table.add(row);
  print("\n{}", table.text(terminal));
  for (const std::string& finding : learning_findings(report)) {
    print("\n{}\n", wrapped(finding, terminal.width()));
  }
  print("\n{}\n", wrapped(learning_method(report), terminal.width()));
}

/// Puts the suggestion in the place of the workspace's definition, which is kept beside it.
Result<std::filesystem::path> adopt(const std::filesystem::path& folder,
                                    const Definition& suggestion) {
  const auto file = definition_file(folder);
  const auto before = read_text(file);
  if (!before) return before.error();
  const auto kept = folder / "tidemark.before.toml";
  if (auto written = write_text(kept, *before); !written) return written.error();
  if (auto written = write_text(file, definition_toml(suggestion)); !written) {
    return written.error();
  }
  return kept;
}

}  // namespace

RunCommand declare_learn(CLI::App& app) {
  const auto options = std::make_shared<LearnOptions>();
  app.add_option("--write", options->file, "Write the suggested definition to a file")
      ->type_name("FILE");
  app.add_flag("--adopt", options->adopts,
               "Make it the workspace's definition, and say who would move");
  app.add_option("--html", options->page, "Write all of it as a page that needs nothing else")
      ->type_name("FILE");
  app.add_flag("--json", options->as_json, "As JSON, with every figure");
  app.footer(
      "Nothing is adopted unless you say so; what stood before is kept in tidemark.before.toml.\n\n"
      "Examples:\n  tidemark learn --html learned.html\n"
      "  tidemark learn --write learned.toml && tidemark definition diff learned.toml\n"
      "  tidemark learn --adopt");
  return [options](const Invocation& invocation) -> Result<void> {
    Result<LearningReport> report = [&]() -> Result<LearningReport> {
      auto workspace = open_workspace(invocation.folder);
      if (!workspace) return workspace.error();
      const auto last_day = last_day_to_show(*workspace, invocation.clock);
      if (!last_day) return last_day.error();
      ProgressBar progress(invocation.clock);
      return report_learning(
          *workspace->store, workspace->definition, *last_day, Cores::all(),
          [&](double share, const std::string& doing) { progress.show(share, doing); });
    }();
    if (!report) return report.error();
    if (!options->file.empty()) {
      auto written = write_text(options->file, definition_toml(report->suggestion));
      if (!written) return written;
    }
    if (!options->page.empty()) {
      if (auto written = write_text(options->page, learning_page(*report)); !written) {
        return written;
      }
    }
    if (options->as_json) {
      print("{}\n", learning_json(*report).dump(1));
    } else {
      print_text(*report, invocation.terminal);
    }
    if (!options->adopts) return {};
    const auto kept = adopt(invocation.folder, report->suggestion);
    if (!kept || options->as_json) return kept ? Result<void>() : Result<void>(kept.error());
    print("\nAdopted; what stood before is in {}.\n\n", kept->string());
    return diff_definition(invocation, {});
  };
}

}  // namespace tidemark
