#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/explanation_json.h"
#include "score/explanation_words.h"
#include "score/score_run.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct ExplainOptions {
  std::string id;
  std::optional<Day> from;
  std::optional<Day> to;
  bool as_json = false;
};

std::string signed_points(Points points) {
  if (points.milli == 0) return "0";
  return (points.milli < 0 ? "−" : "+") + exact_points(Points{std::abs(points.milli)});
}

/// A line of the ledger: what, who or when, how much.
struct Line {
  std::string what;
  std::string whose;
  Points points;
};

/// The largest lines, and the others in one.
void add_lines(std::string cause, std::vector<Line> lines, Table& table) {
  constexpr std::size_t kMost = 12;
  std::ranges::sort(lines, {}, [](const Line& line) {
    return std::tuple(-std::abs(line.points.milli), std::string_view(line.what),
                      std::string_view(line.whose));
  });
  if (lines.size() > kMost) {
    Line others{fmt::format("{} others", lines.size() - (kMost - 1)), "", {}};
    for (std::size_t at = kMost - 1; at < lines.size(); ++at) others.points += lines[at].points;
    lines.resize(kMost - 1);
    lines.push_back(std::move(others));
  }
  for (Line& line : lines) {
    table.add({std::exchange(cause, ""), std::move(line.what), std::move(line.whose),
               signed_points(line.points)});
  }
}

std::vector<Line> earned_lines(const Explanation& explanation) {
  std::map<std::pair<std::size_t, std::size_t>, std::pair<std::int64_t, Points>> sums;
  for (const UserPoints& part : explanation.earned.actions) {
    auto& [count, points] = sums[{part.action, part.user}];
    count += part.count;
    points += part.points;
  }
  std::vector<Line> lines;
  for (const auto& [key, sum] : sums) {
    lines.push_back(
        {fmt::format("{} ×{}", visible(explanation.actions[key.first]), with_separators(sum.first)),
         visible(user_words(explanation.users[key.second])), sum.second});
  }
  return lines;
}

std::vector<Line> expired_lines(const Explanation& explanation) {
  std::map<std::pair<std::size_t, Day>, Points> sums;
  for (const UserPoints& part : explanation.expired.actions) {
    sums[{part.action, part.day}] += part.points;
  }
  std::vector<Line> lines;
  for (const auto& [key, points] : sums) {
    lines.push_back({visible(explanation.actions[key.first]),
                     fmt::format("of {}", readable_day(key.second)), Points{-points.milli}});
  }
  return lines;
}

std::vector<Line> engaged_day_lines(const Explanation& explanation) {
  std::vector<Line> lines;
  const auto add = [&](const EarnedByUsers& days, std::string_view how, int sign) {
    if (days.engaged_days.empty()) return;
    lines.push_back(
        {fmt::format("{} {}", counted(std::ssize(days.engaged_days), "day", "days"), how), "",
         Points{sign * days.of_engaged_days.milli}});
  };
  add(explanation.earned, "gained", 1);
  add(explanation.expired, "lost", -1);
  return lines;
}

std::vector<Line> term_lines(const std::vector<TermDifference>& terms) {
  std::vector<Line> lines;
  for (const TermDifference& term : terms) lines.push_back({visible(term.label), "", term.points});
  return lines;
}

std::string standing_words(const ExplainedDay& day) {
  return fmt::format("{} on {}{}", points_with_display(day.points, day.display),
                     readable_day(day.day), day.is_published ? "" : ", not published");
}

void print_ledger(const Explanation& explanation, const Terminal& terminal) {
  Table table({{"Cause"}, {"what"}, {"whose"}, {"points", Table::Align::right}});
  table.add({terminal.bold(readable_day(explanation.from.day)), "", "",
             terminal.bold(exact_points(explanation.from.points))});
  add_lines("Earned", earned_lines(explanation), table);
  add_lines("Expired", expired_lines(explanation), table);
  add_lines("Engaged days", engaged_day_lines(explanation), table);
  add_lines("Standing", term_lines(explanation.standing), table);
  add_lines("Definition", term_lines(explanation.by_definition), table);
  const auto add_one = [&](std::string cause, std::string what, Points points) {
    if (points.milli != 0) add_lines(std::move(cause), {{std::move(what), "", points}}, table);
  };
  add_one("Merge", "accounts merged or parted", explanation.merge);
  add_one("Late", "came after the first day was published", explanation.late);
  add_one("Not in it", "came after the last day was published", explanation.unknown);
  table.add({terminal.bold(readable_day(explanation.to.day)), "", "",
             terminal.bold(exact_points(explanation.to.points))});
  print("\n{}\n{}", terminal.bold("The ledger"), table.text(terminal));
}

void print_text(const Explanation& explanation, const Terminal& terminal) {
  std::string level;
  if (explanation.from.level && explanation.to.level) {
    level = *explanation.from.level == *explanation.to.level
                ? terminal.level(*explanation.to.level)
                : fmt::format("{} → {}", terminal.level(*explanation.from.level),
                              terminal.level(*explanation.to.level));
  }
  print("{}   {}\n{} → {}\n\n", terminal.bold(visible(explanation.id)), level,
        standing_words(explanation.from), standing_words(explanation.to));
  std::string words;
  for (const std::string& sentence : explanation_words(explanation)) {
    words += (words.empty() ? "" : " ") + visible(sentence);
  }
  print("{}\n", wrapped(words, terminal.width()));
  print_ledger(explanation, terminal);
  constexpr std::size_t kMost = 8;
  if (explanation.carriers.empty()) return;
  Points all;
  for (const auto& carrier : explanation.carriers) all += carrier.points;
  Table table(
      {{"User"}, {"points", Table::Align::right}, {"share", Table::Align::right}, {"last seen"}});
  for (std::size_t at = 0; at < std::min(kMost, explanation.carriers.size()); ++at) {
    const auto& carrier = explanation.carriers[at];
    table.add({visible(user_words(explanation.users[carrier.user])), exact_points(carrier.points),
               percent(static_cast<double>(carrier.points.milli) / static_cast<double>(all.milli)),
               readable_day(carrier.last_day)});
  }
  print("\n{}\n{}",
        terminal.bold(fmt::format("Who carries the account: points of actions in {} days",
                                  explanation.window_days)),
        table.text(terminal));
  if (explanation.carriers.size() > kMost) {
    print("  … and {} more\n", explanation.carriers.size() - kMost);
  }
}

}  // namespace

RunCommand declare_explain(CLI::App& app) {
  const auto options = std::make_shared<ExplainOptions>();
  app.add_option("ID", options->id, "The account's id")->required();
  add_day_option(app, "--from", options->from,
                 "The earlier day; else the day before its last move");
  add_day_option(app, "--to", options->to, "The later day; else the day of its last move");
  app.add_flag("--json", options->as_json, "As JSON, every line of the ledger");
  app.footer(
      "Without days: its last move between levels within 30 days, else the last week.\n\n"
      "Examples:\n  tidemark explain acme\n"
      "  tidemark explain acme --from 2026-03-01 --to 2026-03-31 --json");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    Store& store = *workspace->store;
    const auto account = find_account(store, options->id);
    if (!account) return account.error();
    const auto last_day = last_day_to_show(*workspace, invocation.clock);
    if (!last_day) return last_day.error();
    const auto days = days_to_explain(store, *account, options->from, options->to, *last_day);
    if (!days) return days.error();
    const auto explanation = explain(store, options->id, *days, workspace->definition);
    if (!explanation) return explanation.error();
    if (options->as_json) {
      print("{}\n", explanation_json(*explanation).dump(1));
    } else {
      print_text(*explanation, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
