#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/cut_words.h"
#include "cli/day_option.h"
#include "cli/workspace.h"
#include "score/overview.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct OverviewOptions {
  std::optional<Day> day;
  int moves = 20;
  bool as_json = false;
};

constexpr int kWeeks = 13;

/// Wraps a text to the terminal's width, on spaces.
std::string wrapped(std::string_view text, int width) {
  std::string lines;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t word_width = display_width(word);
    if (column > 0 && column + 1 + word_width > static_cast<std::size_t>(width)) {
      lines += '\n';
      column = 0;
    } else if (column > 0) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += word_width;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string points_with_display(Points points, const std::optional<std::uint8_t>& display) {
  return display ? fmt::format("{} ({})", readable_points(points), *display)
                 : readable_points(points);
}

void print_headline(const Overview& overview, const Terminal& terminal) {
  static constexpr std::array kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
  fmt::print("{}\n", terminal.bold(fmt::format(
                         "{} {}", kWeekdays[static_cast<std::size_t>(weekday(overview.today.day))],
                         readable_day(overview.today.day))));
  fmt::print("{} · {} fell · {} rose · {} went silent · {} came back or are new\n\n",
             counted(overview.active_accounts(), "active account", "active accounts"),
             overview.count_moves(is_fall), overview.count_moves(is_rise),
             overview.count_moves(went_silent), overview.count_moves(came_back));
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
  fmt::print("{}\n", table.text(terminal));
}

void print_moves(const Overview& overview, const Terminal& terminal, int most) {
  if (overview.moves.empty()) {
    fmt::print("Nobody moved.\n\n");
    return;
  }
  fmt::print("{}\n", terminal.bold("Who moved"));
  Table table({{"Account"},
               {"from"},
               {""},
               {"to"},
               {"points (0–100) before", Table::Align::right},
               {"now", Table::Align::right}});
  const auto listed = std::min<std::ptrdiff_t>(most, std::ssize(overview.moves));
  for (const Overview::Move& move :
       std::span(overview.moves).first(static_cast<std::size_t>(listed))) {
    table.add({move.account_id, terminal.level(move.change.from), "→",
               terminal.level(move.change.to),
               points_with_display(move.change.points_before, move.display_before),
               points_with_display(move.change.points_after, move.display_after)});
  }
  fmt::print("{}", table.text(terminal));
  if (listed < std::ssize(overview.moves)) {
    fmt::print("  … and {0} more: tidemark changes --from {1} --to {1}\n",
               std::ssize(overview.moves) - listed, day_text(overview.today.day));
  }
  fmt::print("\n");
}

void print_json(const Overview& overview) {
  Json json = {{"day", day_text(overview.today.day)}, {"definition", overview.today.definition}};
  const auto counts = [](const PublishedDay& day) {
    Json levels;
    for (const Level level : kLevelsDownwards) {
      levels[std::string(level_name(level))] = day.accounts[index_of(level)];
    }
    return levels;
  };
  json["levels"] = counts(overview.today);
  json["day_before"] = overview.day_before ? counts(*overview.day_before) : Json();
  json["weeks"] = Json::array();
  for (const PublishedDay& week : overview.weeks) {
    json["weeks"].push_back({{"day", day_text(week.day)}, {"levels", counts(week)}});
  }
  json["changes"] = Json::array();
  for (const Overview::Move& move : overview.moves) {
    json["changes"].push_back(
        {{"account_id", move.account_id},
         {"from", level_name(move.change.from)},
         {"to", level_name(move.change.to)},
         {"milli_points_before", move.change.points_before.milli},
         {"milli_points_after", move.change.points_after.milli},
         {"display_before", move.display_before ? Json(*move.display_before) : Json()},
         {"display_after", move.display_after ? Json(*move.display_after) : Json()}});
  }
  json["calibration"] = Json();
  if (overview.calibration) {
    json["calibration"] = {{"day", day_text(overview.calibration->day)},
                           {"words", cut_words(*overview.calibration)}};
  }
  fmt::print("{}\n", json.dump(1));
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
    const auto overview = overview_of(*workspace->store, options->day, kWeeks);
    if (!overview) return overview.error();
    if (options->as_json) {
      print_json(*overview);
      return {};
    }
    print_headline(*overview, invocation.terminal);
    print_levels(*overview, invocation.terminal);
    print_moves(*overview, invocation.terminal, options->moves);
    if (overview->active_accounts() == 0 && overview->last_active_day) {
      fmt::print(
          "No account was active in the last 30 days; the last that went silent did so on {}: "
          "tidemark overview --day {}\n\n",
          readable_day(*overview->last_active_day + 1), day_text(*overview->last_active_day));
    }
    fmt::print("{}\n",
               overview->calibration
                   ? wrapped(cut_words(*overview->calibration), invocation.terminal.width())
                   : "No cuts yet: levels begin with the first month-end at which 20 accounts "
                     "are engaged and settled.");
    return {};
  };
}

}  // namespace tidemark
