#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/definition_edits.h"
#include "cli/definition_moves.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/calibration_words.h"
#include "report/definition_json.h"
#include "score/score_run.h"
#include "wire/definition_toml.h"

namespace tidemark {
namespace {

struct WhatIfOptions {
  DefinitionEdits edits;
  std::string draft;  // else tidemark.toml
  std::string file;
  std::optional<Day> day;
  int limit = 10;
  bool as_json = false;
};

Result<WhatIfComparison> compare(Workspace& workspace, const WhatIfOptions& options,
                                 const Clock& clock) {
  Definition changed = workspace.definition;
  if (!options.draft.empty()) {
    auto draft = read_definition(options.draft);
    if (!draft) return draft.error();
    changed = *std::move(draft);
  }
  const auto event_names = workspace.store->event_names();
  if (!event_names) return event_names.error();
  const auto definition = edited(std::move(changed), options.edits, *event_names);
  if (!definition) return definition.error();
  Store& store = *workspace.store;
  const Cores cores = Cores::all();
  auto loaded = load_activity(store, workspace.definition, cores);
  if (!loaded) return loaded.error();
  return compare_what_if(store, workspace.definition, *definition, options.day,
                         last_finished_day(clock, workspace.zone),
                         std::make_shared<const LoadedActivity>(*std::move(loaded)), cores);
}

/// The levels of the day, where the history has it.
const LevelCounts* levels_on(const std::vector<LevelsOfDay>& history, Day day) {
  const auto at = std::ranges::lower_bound(history, day, {}, &LevelsOfDay::day);
  return at == history.end() || at->day != day ? nullptr : &at->accounts;
}

/// Twelve days with a month between them, up to the last, that both histories have.
Table history_table(const WhatIfComparison& comparison) {
  constexpr std::size_t kRows = 12;
  constexpr int kFourWeeks = 28;
  Table table({{"Day"},
               {"low is", Table::Align::right},
               {"becomes", Table::Align::right},
               {"medium is", Table::Align::right},
               {"becomes", Table::Align::right},
               {"high is", Table::Align::right},
               {"becomes", Table::Align::right}});
  std::vector<std::vector<std::string>> rows;
  for (Day day = comparison.is.view.day; rows.size() < kRows; day = day - kFourWeeks) {
    const LevelCounts* const is = levels_on(comparison.is.history, day);
    const LevelCounts* const becomes = levels_on(comparison.becomes.history, day);
    if (is == nullptr || becomes == nullptr) break;
    std::vector<std::string> row{readable_day(day)};
    for (const Level level : {Level::low, Level::medium, Level::high}) {
      row.push_back(with_separators((*is)[index_of(level)]));
      row.push_back(with_separators((*becomes)[index_of(level)]));
    }
    rows.push_back(std::move(row));
  }
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) table.add(std::move(*row));
  return table;
}

std::string rate_text(const SilenceRate& rate) {
  if (rate.all == 0) return "–";
  return fmt::format("{} ({} of {})", percent(rate.share), with_separators(rate.left),
                     with_separators(rate.all));
}

Table trial_table(const LevelTrial& is, const LevelTrial& becomes) {
  Table table({{""}, {"is", Table::Align::right}, {"becomes", Table::Align::right}});
  const auto add = [&](const std::string& what, const auto& text) {
    table.add({what, text(is), text(becomes)});
  };
  add("the one that leaves has fewer points", [](const LevelTrial& trial) {
    return trial.auc ? fmt::format("{:.1f} % of pairs", *trial.auc * 100) : "–";
  });
  add("of low, silent 30 days later",
      [](const LevelTrial& trial) { return rate_text(trial.by_level[index_of(Level::low)]); });
  add("of medium and high", [](const LevelTrial& trial) { return rate_text(trial.above_low); });
  add("are medium or high", [](const LevelTrial& trial) {
    const std::int64_t looks = trial.looks();
    return looks == 0
               ? "–"
               : percent(static_cast<double>(trial.above_low.all) / static_cast<double>(looks));
  });
  return table;
}

std::string trial_words(const WhatIfComparison& comparison) {
  const LevelTrial& trial = comparison.becomes.trial;
  const std::size_t accounts = comparison.becomes.view.scored->accounts();
  return fmt::format(
      "Tried on {} to {}, {}, with the cuts of the month before each{}. Levels are plain and late "
      "events known; tidemark backtest holds them as they would have been published.",
      readable_day(trial.days.front()), readable_day(trial.days.back()),
      counted(std::ssize(trial.days), "month-end", "month-ends"),
      trial.accounts == accounts
          ? std::string()
          : fmt::format(", on {} of {} accounts", with_separators(std::int64_t(trial.accounts)),
                        with_separators(std::int64_t(accounts))));
}

void print_text(const WhatIfComparison& comparison, const WhatIfOptions& options,
                const Terminal& terminal) {
  const DefinitionView& view = comparison.becomes.view;
  Table what({{"What"}, {"is"}, {"becomes"}});
  for (const auto& [name, before, after] : comparison.differences) {
    what.add({visible(name), before.empty() ? "–" : visible(before),
              after.empty() ? "–" : visible(after)});
  }
  print("{}\n", what.text(terminal));
  const std::string heading = fmt::format("Level on {}", readable_day(view.day));
  print("{}\n{}\n", level_table(heading, comparison.moves, terminal).text(terminal),
        wrapped(level_words(view.definition, view.calibration), terminal.width()));
  const auto movers = explain_moves(comparison.moves, comparison.is.view, view,
                                    static_cast<std::size_t>(options.limit));
  print("\n{}",
        mover_text(movers, comparison.moves.moved.size(), view.activity->account_ids, terminal));
  if (const Table history = history_table(comparison); !history.is_empty()) {
    print("\n{}\n{}", terminal.bold("The same cuts, four weeks by four weeks"),
          history.text(terminal));
  }
  if (comparison.becomes.trial.days.empty()) {
    print("\nNo month-end has 30 days before it and 30 after it: nothing can be tried.\n");
  } else {
    print("\n{}\n{}{}\n", terminal.bold("Who leaves is told apart"),
          trial_table(comparison.is.trial, comparison.becomes.trial).text(terminal),
          wrapped(trial_words(comparison), terminal.width()));
  }
  if (!options.file.empty()) {
    print("\nWritten to {0}: tidemark backtest --compare {0}\n", options.file);
  }
}

}  // namespace

RunCommand declare_whatif(CLI::App& app) {
  const auto options = std::make_shared<WhatIfOptions>();
  add_edit_options(app, options->edits);
  app.add_option("--draft", options->draft, "Start from this definition, not from tidemark.toml")
      ->type_name("FILE");
  app.add_option("--write", options->file, "Write what would be as a definition")
      ->type_name("FILE");
  add_day_option(app, "--day", options->day,
                 "The day to look at; else the last published, or the last with activity");
  app.add_option("--limit", options->limit, "How many accounts to show; 10 unless told")
      ->check(CLI::Range(0, 1'000'000));
  app.add_flag("--json", options->as_json, "As JSON, with the levels of every day");
  app.footer(
      "Nothing is changed: a definition is adopted by writing it into tidemark.toml.\n\n"
      "Examples:\n  tidemark whatif --points report_created=8 --engaged-day 2\n"
      "  tidemark whatif --cap report_created=3 --window 60 --write draft.toml\n"
      "  tidemark whatif --draft draft.toml --low 12 --high 60");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto comparison = compare(*workspace, *options, invocation.clock);
    if (!comparison) return comparison.error();
    if (comparison->differences.empty() && !options->as_json) {
      print("Nothing differs from tidemark.toml; say what to change, as in --help.\n");
      return {};
    }
    if (!options->file.empty()) {
      auto written =
          write_text(options->file, definition_toml(comparison->becomes.view.definition));
      if (!written) return written;
    }
    if (options->as_json) {
      print("{}\n", what_if_json(*comparison, comparison->moves.moved.size()).dump(1));
    } else {
      print_text(*comparison, *options, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
