#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/calibration_report_json.h"
#include "report/calibration_words.h"
#include "score/calibration_report.h"
#include "score/score_run.h"
#include "wire/calibration_json.h"
#include "wire/names.h"

namespace tidemark {
namespace {

struct CalibrationOptions {
  CalibrationQuery query;
  std::string definition_file;
  int limit = 20;
  bool as_json = false;
  bool with_evidence = false;
};

std::string interval_words(const std::optional<CutInterval>& interval) {
  return interval ? fmt::format("{} – {}", readable_points(interval->least),
                                readable_points(interval->most))
                  : "";
}

std::string cuts_table(const CalibrationReport& report, const Terminal& terminal) {
  const Cuts& cuts = *report.calibration.cuts;
  std::vector<Table::Column> columns{{""}, {"points", Table::Align::right}};
  if (report.before) {
    columns.push_back(
        {fmt::format("of {}", readable_day(report.before->day)), Table::Align::right});
  }
  columns.push_back({"as well may be"});
  Table table(std::move(columns));
  const auto add = [&](std::string name, Points Cuts::* cut, std::string interval) {
    std::vector<std::string> cells{std::move(name), readable_points(cuts.*cut)};
    if (report.before) cells.push_back(readable_points((*report.before->cuts).*cut));
    cells.push_back(std::move(interval));
    table.add(std::move(cells));
  };
  add("low, up to", &Cuts::low, interval_words(report.evidence->low_cut));
  add("high, above", &Cuts::high, interval_words(report.evidence->high_cut));
  add("shown as 50", &Cuts::reference, "");
  return table.text(terminal);
}

std::string samples_table(const CalibrationReport& report, const Terminal& terminal) {
  const Calibration& calibration = report.calibration;
  Table table({{""}, {"", Table::Align::right}});
  table.add({"churn episodes in the last 120 days", with_separators(calibration.churn_episodes)});
  table.add({"weekly snapshots followed by silence", with_separators(calibration.snapshots_left)});
  table.add(
      {"weekly snapshots of those who stayed", with_separators(calibration.snapshots_stayed)});
  table.add({"engaged accounts", with_separators(calibration.engaged_accounts)});
  return table.text(terminal);
}

std::string rates_table(const CalibrationEvidence& evidence, const Terminal& terminal) {
  Table table({{"Level"},
               {"snapshots", Table::Align::right},
               {"went silent", Table::Align::right},
               {"rate", Table::Align::right},
               {"95 % interval", Table::Align::right}});
  for (const auto& [level, rate] : {std::pair{Level::high, &evidence.high},
                                    {Level::medium, &evidence.medium},
                                    {Level::low, &evidence.low}}) {
    table.add(
        {terminal.level(level), with_separators(rate->all), with_separators(rate->left),
         rate->all == 0 ? "" : percent(rate->share),
         rate->all == 0 ? "" : fmt::format("{} – {}", percent(rate->least), percent(rate->most))});
  }
  return table.text(terminal);
}

/// The rate at some points: that of the stretch they lie in, or behind.
double rate_at(const std::vector<RiskStretch>& curve, Points points) {
  double rate = curve.front().rate.share;
  for (const RiskStretch& stretch : curve) {
    if (stretch.from > points) break;
    rate = stretch.rate.share;
  }
  return rate;
}

/// The curve of silence over points, the points on a square-root scale so that low ones have room,
/// with the cuts marked below.
std::string curve_plot(const CalibrationEvidence& evidence, const Cuts& cuts,
                       const Terminal& terminal) {
  constexpr int kHeight = 7;
  constexpr int kEighths = 8;
  static constexpr std::array<std::string_view, 9> kBars = {" ", "▁", "▂", "▃", "▄",
                                                            "▅", "▆", "▇", "█"};
  if (evidence.curve.empty()) return "";
  const int width = std::clamp(terminal.width() - 12, 40, 150);
  const auto most = static_cast<double>(
      std::max(evidence.curve.back().to.milli, cuts.high.milli + cuts.high.milli / 10));
  const auto points_at = [&](int column) {
    const double share = (column + 0.5) / width;
    return Points{static_cast<std::int64_t>(most * share * share)};
  };
  const auto column_of = [&](Points points) {
    return std::clamp(static_cast<int>(std::sqrt(static_cast<double>(points.milli) / most) * width),
                      0, width - 1);
  };
  const double top = std::max(0.05, evidence.curve.front().rate.share);
  std::string plot;
  for (int line = kHeight - 1; line >= 0; --line) {
    const std::string scale = line == kHeight - 1 ? percent(top) : line == 0 ? "0 %" : "";
    plot += fmt::format("  {:>6} ┤", scale);
    for (int column = 0; column < width; ++column) {
      const auto eighths = static_cast<int>(
          std::lround(rate_at(evidence.curve, points_at(column)) / top * kHeight * kEighths));
      plot += kBars[static_cast<std::size_t>(std::clamp(eighths - line * kEighths, 0, kEighths))];
    }
    plot += '\n';
  }
  // Below: a mark at each cut, and what it is.
  const int low = column_of(cuts.low);
  const int high = column_of(cuts.high);
  const std::string low_label = fmt::format("low up to {}", readable_points(cuts.low));
  const std::string high_label = fmt::format("high above {}", readable_points(cuts.high));
  std::string labels(static_cast<std::size_t>(width) + 40, ' ');
  labels.replace(static_cast<std::size_t>(low), low_label.size(), low_label);
  const int high_begin = std::max(low + static_cast<int>(low_label.size()) + 2,
                                  std::min(high, width - static_cast<int>(high_label.size())));
  labels.replace(static_cast<std::size_t>(high_begin), high_label.size(), high_label);
  labels.erase(labels.find_last_not_of(' ') + 1);
  std::string axis;
  for (int column = 0; column < width; ++column) {
    axis += column == low || column == high ? "┴" : "─";
  }
  return plot + "         " + axis + "\n         " + labels + "\n";
}

std::string moves_words(const CalibrationReport& report, int limit, const Terminal& terminal) {
  if (!report.moves) return "";
  if (report.moves->moved.empty()) {
    return fmt::format("By these cuts everybody stands where they do by those of {}.\n",
                       readable_day(report.before->day));
  }
  std::string text =
      terminal.bold(fmt::format("{} by these cuts instead of those of {}",
                                counted(std::ssize(report.moves->moved), "account stands elsewhere",
                                        "accounts stand elsewhere"),
                                readable_day(report.before->day)));
  Table table({{"Account"}, {"from"}, {""}, {"to"}, {"points", Table::Align::right}});
  const auto listed = std::min<std::ptrdiff_t>(limit, std::ssize(report.moves->moved));
  for (const WhatMoves::Account& move :
       std::span(report.moves->moved).first(static_cast<std::size_t>(listed))) {
    table.add({visible(report.account_ids[move.account]), terminal.level(move.before.level), "→",
               terminal.level(move.after.level), readable_points(move.after.points)});
  }
  text += "\n" + table.text(terminal);
  if (listed < std::ssize(report.moves->moved)) {
    text += fmt::format("  … and {} more: --limit {}\n", std::ssize(report.moves->moved) - listed,
                        report.moves->moved.size());
  }
  return text;
}

void print_report(const CalibrationReport& report, const CalibrationOptions& options,
                  const Terminal& terminal) {
  print("{}\n\n{}\n",
        terminal.bold(fmt::format("Calibration of {}{}", readable_day(report.calibration.day),
                                  report.is_published ? "" : ", computed now, not published")),
        wrapped(cut_words(report.calibration), terminal.width()));
  if (!report.evidence) {
    print("\n{}", samples_table(report, terminal));
    return;
  }
  if (report.levels_by != LevelsBy::churn) {
    print("\n{}\n",
          wrapped(fmt::format("Levels are by {}: these cuts are what churn would say; in use "
                              "is what is shown as 50.",
                              levels_by_name(report.levels_by)),
                  terminal.width()));
  }
  const std::string doubt = doubt_words(report.calibration, *report.evidence);
  if (!doubt.empty()) print("\n{}\n", wrapped(doubt, terminal.width()));
  print("\n{}\n{}", cuts_table(report, terminal), samples_table(report, terminal));
  const Cuts& cuts = *report.calibration.cuts;
  print("\n{}\n{}", terminal.bold("Went silent in the next 30 days, by points"),
        curve_plot(*report.evidence, cuts, terminal));
  print("\n{}", rates_table(*report.evidence, terminal));
  const std::string moves = moves_words(report, options.limit, terminal);
  if (!moves.empty()) print("\n{}", moves);
}

}  // namespace

RunCommand declare_calibration(CLI::App& app) {
  const auto options = std::make_shared<CalibrationOptions>();
  add_day_option(app, "--day", options->query.day, "The day; else the last calibration published");
  app.add_option("--definition", options->definition_file, "Calibrate under this definition")
      ->type_name("FILE");
  app.add_option("--limit", options->limit, "How many accounts that stand elsewhere to list")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  app.add_flag("--json", options->as_json, "As JSON, in thousandths of a point");
  app.add_flag("--evidence", options->with_evidence,
               "With --json: also what the cuts rest on, and who stands elsewhere by them");
  app.footer(
      "Shows the calibration published for the day; where there is none, the one that would be: "
      "its cuts, how sure they are, what they rest on, and who stands elsewhere by them than by "
      "the ones before. With recalibrate = \"by hand\", tidemark score --recalibrate puts it in "
      "force.\n\n"
      "Examples:\n  tidemark calibration\n  tidemark calibration --day 2026-03-31 --json > "
      "cuts.json\n  tidemark calibration --day 2026-03-20");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    if (!options->definition_file.empty()) {
      auto read = read_definition(options->definition_file);
      if (!read) return read.error();
      options->query.definition = *std::move(read);
    }
    options->query.with_evidence = options->with_evidence || !options->as_json;
    std::optional<ProgressBar> progress(std::in_place, invocation.clock);
    progress->show(0, "reading events, resampling accounts");
    const auto report =
        report_calibration(*workspace->store, options->query, workspace->definition,
                           last_finished_day(invocation.clock, workspace->zone), Cores::all());
    progress.reset();
    if (!report) return report.error();
    if (options->as_json) {
      print("{}\n", (options->with_evidence ? calibration_report_json(*report)
                                            : calibration_json(report->calibration))
                        .dump(1));
    } else {
      print_report(*report, *options, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
