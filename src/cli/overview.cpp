#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/surroundings.h"
#include "cli/term_words.h"
#include "cli/workspace.h"
#include "report/calibration_words.h"
#include "report/overview_json.h"
#include "score/overview.h"
#include "wire/calibration_json.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct OverviewOptions {
  std::optional<Day> day;
  int moves = 20;
  bool as_json = false;
};

constexpr int kWeeks = 13;

void print_headline(const Overview& overview, const Terminal& terminal) {
  static constexpr std::array kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
  print("{}\n", terminal.bold(fmt::format(
                    "{} {}", kWeekdays[static_cast<std::size_t>(weekday(overview.today.day))],
                    readable_day(overview.today.day))));
  print("{} · {} fell · {} rose · {} went silent · {} came back or are new\n\n",
        counted(overview.active_accounts(), "active account", "active accounts"),
        overview.count_moves(is_fall), overview.count_moves(is_rise),
        overview.count_moves(went_silent), overview.count_moves(came_back));
}

void print_notices(const Overview& overview, const Terminal& terminal) {
  for (const IncompleteDay& day : overview.held) {
    print("{}\n", wrapped(fmt::format("! {} is marked incomplete, nobody moved on it: {} (tidemark "
                                      "gaps)",
                                      readable_day(day.day), visible(day.why)),
                          terminal.width()));
  }
  if (overview.is_starved()) {
    print("{}\n", wrapped(fmt::format("! No event has come since {}: points expire and accounts "
                                      "fall for want of data (tidemark gaps, tidemark status)",
                                      readable_day(*overview.last_event_day)),
                          terminal.width()));
  }
  if (!overview.held.empty() || overview.is_starved()) print("\n");
}

void print_levels(const Overview& overview, const Terminal& terminal) {
  Table table({{"Level"},
               {"accounts", Table::Align::right},
               {"since the day before", Table::Align::right},
               {fmt::format("last {} weeks", overview.weeks.size())}});
  for (const Level level : kLevelsDownwards) {
    const std::size_t at = index_of(level);
    std::vector<std::int64_t> weeks;
    for (const PublishedDay& week : overview.weeks) weeks.push_back(week.accounts[at]);
    const bool is_used = std::ranges::any_of(weeks, [](std::int64_t count) { return count > 0; });
    if (level == Level::engaged && !is_used) continue;
    table.add({terminal.level(level), with_separators(overview.today.accounts[at]),
               overview.day_before
                   ? signed_number(overview.today.accounts[at] - overview.day_before->accounts[at])
                   : "",
               terminal.coloured(spark_line(weeks), level)});
  }
  print("{}\n", table.text(terminal));
}

/// The one or two inputs that changed most, as there is room.
std::string why_words(const Overview::Move& move, const Terminal& terminal) {
  constexpr int kRoomForTwo = 100;
  const std::size_t most = terminal.width() < kRoomForTwo ? 1 : 2;
  return term_words(move.why, most);
}

void print_moves(const Overview& overview, const Terminal& terminal, int most) {
  if (overview.moves.empty()) {
    print("Nobody moved.\n\n");
    return;
  }
  print("{}\n", terminal.bold("Who moved"));
  Table table({{"Account"},
               {"from"},
               {""},
               {"to"},
               {"points before", Table::Align::right},
               {"now (0–100)", Table::Align::right},
               {"within a week"}});
  const auto listed = std::min<std::ptrdiff_t>(most, std::ssize(overview.moves));
  for (const Overview::Move& move :
       std::span(overview.moves).first(static_cast<std::size_t>(listed))) {
    table.add({visible(move.account_id), terminal.level(move.change.from), "→",
               terminal.level(move.change.to) + (move.change.is_merge ? " (merge)" : ""),
               points_with_display(move.change.points_before, move.display_before),
               points_with_display(move.change.points_after, move.display_after),
               why_words(move, terminal)});
  }
  print("{}", table.text(terminal));
  if (listed < std::ssize(overview.moves)) {
    print("  … and {0} more: tidemark changes --from {1} --to {1}\n",
          std::ssize(overview.moves) - listed, day_text(overview.today.day));
  }
  print("\n");
}

}  // namespace

RunCommand declare_overview(CLI::App& app) {
  const auto options = std::make_shared<OverviewOptions>();
  add_day_option(app, "--day", options->day, "The day; else the last one published");
  app.add_option("--moves", options->moves, "How many moves to list")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_flag("--json", options->as_json, "As JSON, with all moves");
  app.footer("Examples:\n  tidemark overview\n  tidemark overview --day 2026-03-17 --moves 100");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto overview = overview_of(*workspace->store, options->day, kWeeks,
                                      static_cast<std::size_t>(options->moves));
    if (!overview) return overview.error();
    if (options->as_json) {
      print("{}\n", overview_json(*overview).dump(1));
      return {};
    }
    print_headline(*overview, invocation.terminal);
    print_notices(*overview, invocation.terminal);
    print_levels(*overview, invocation.terminal);
    print_moves(*overview, invocation.terminal, options->moves);
    if (overview->active_accounts() == 0 && overview->last_active_day) {
      print(
          "No account was active of late; the last that went silent did so on {}: "
          "tidemark overview --day {}\n\n",
          readable_day(*overview->last_active_day + 1), day_text(*overview->last_active_day));
    }
    const int width = invocation.terminal.width();
    print("{}\n", wrapped(level_words(overview->definition, overview->calibration), width));
    const bool is_by_churn = overview->definition.levels.by == LevelsBy::churn;
    if (is_by_churn && overview->evidence) {
      const std::string separation = separation_words(*overview->evidence);
      const std::string doubt = doubt_words(*overview->calibration, *overview->evidence);
      if (!separation.empty()) print("{}\n", wrapped(separation, width));
      if (!doubt.empty()) print("{}\n", wrapped(doubt, width));
    }
    print(
        "\nThe week: tidemark movement. Lists: tidemark accounts. One: tidemark account "
        "ID.\n");
    return {};
  };
}

}  // namespace tidemark
