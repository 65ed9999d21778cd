#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/account_json.h"
#include "score/account_listing.h"
#include "score/account_report.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct AccountOptions {
  std::string id;
  std::optional<Day> day;
  bool as_json = false;
};

constexpr int kDays = 91;

/// Points over time as columns of blocks, five lines high, with the scale at the left and the days
/// below.
std::string point_chart(const std::vector<ScoreOfDay>& scores, const Terminal& terminal) {
  constexpr std::int64_t kHeight = 5;
  constexpr std::int64_t kEighths = 8;
  static constexpr std::array<std::string_view, 9> kBars = {" ", "▁", "▂", "▃", "▄",
                                                            "▅", "▆", "▇", "█"};
  const auto room = static_cast<std::size_t>(std::max(20, terminal.width() - 12));
  const std::size_t skipped = scores.size() > room ? scores.size() - room : 0;
  const std::vector<ScoreOfDay> shown(scores.begin() + static_cast<std::ptrdiff_t>(skipped),
                                      scores.end());
  std::int64_t most = 1000;
  for (const ScoreOfDay& score : shown) most = std::max(most, score.window.points().milli);
  std::string chart;
  for (std::int64_t line = kHeight - 1; line >= 0; --line) {
    const std::string scale = line == kHeight - 1 ? readable_points(Points{most})
                              : line == 0         ? "0"
                                                  : "";
    chart += fmt::format("  {:>7} ┤", scale);
    for (const ScoreOfDay& score : shown) {
      const std::int64_t eighths =
          (score.window.points().milli * kHeight * kEighths + most / 2) / most;
      chart += kBars[static_cast<std::size_t>(
          std::clamp<std::int64_t>(eighths - line * kEighths, 0, kEighths))];
    }
    chart += '\n';
  }
  const std::string first = readable_day(shown.front().day);
  const std::string last = readable_day(shown.back().day);
  const std::size_t gap =
      shown.size() > first.size() + last.size() ? shown.size() - first.size() - last.size() : 1;
  return chart + fmt::format("           {}{}{}\n", first, std::string(gap, ' '), last);
}

void print_header(const AccountReport& report, const Terminal& terminal) {
  const ScoreOfDay& today = report.scores.back();
  print("{}", terminal.bold(visible(report.id)));
  if (report.published) {
    print("   {} since {}", terminal.level(report.published->published),
          readable_day(report.level_since));
    if (report.published->display) print("   {} of 100", *report.published->display);
    if (report.day - report.first_active_day < report.window_days) {
      print("   new, judged at its pace");
    } else if (!report.settled_from || *report.settled_from > report.day) {
      print("   its onboarding is not finished");
    }
  }
  std::string words = fmt::format("{} points on {}, from {} of the last {} days with engagement",
                                  readable_points(today.window.points()), readable_day(report.day),
                                  today.window.engaged_days, report.window_days);
  words += fmt::format(" · customer since {}", readable_day(report.first_active_day));
  if (report.last_active_day) {
    words += fmt::format(" · last active {}", readable_day(*report.last_active_day));
  }
  print("\n{}", wrapped(words, terminal.width()));
  print("\n");
  if (report.published && report.published->points != today.window.points()) {
    print("{}\n", wrapped(fmt::format("Published that day: {} points; events that came late, "
                                      "or another definition, made the difference.",
                                      readable_points(report.published->points)),
                          terminal.width()));
  }
}

void print_terms(const AccountReport& report, const Terminal& terminal) {
  if (report.terms.empty()) {
    print("\nNo points in the last {} days.\n", report.window_days);
    return;
  }
  Table table({{"Input"},
               {"times", Table::Align::right},
               {"days", Table::Align::right},
               {"points", Table::Align::right},
               {""}});
  Points sum;
  for (const ScoreTerm& term : report.terms) {
    sum += term.points;
    const bool stands = term.kind != TermKind::action && term.kind != TermKind::engaged_days;
    std::string stands_words;
    if (stands) {
      stands_words =
          term.since ? fmt::format("stands since {}", readable_day(*term.since)) : "stands";
    }
    table.add({visible(term.label), stands ? "" : with_separators(term.count),
               term.kind == TermKind::action ? with_separators(term.days) : "",
               exact_points(term.points), stands_words});
  }
  table.add({terminal.bold("Sum"), "", "", terminal.bold(exact_points(sum)), ""});
  print("\n{}\n{}", terminal.bold("What the points come from"), table.text(terminal));
}

void print_users(const AccountReport& report, const Terminal& terminal) {
  constexpr std::size_t kMost = 10;
  if (report.users.empty()) return;
  const bool has_roles =
      std::ranges::any_of(report.users, [](const ActiveUser& user) { return !user.role.empty(); });
  std::int64_t actions = 0;
  for (const ActiveUser& user : report.users) actions += user.actions;
  std::vector<Table::Column> columns{{"User"}};
  if (has_roles) columns.push_back({"role"});
  columns.insert(columns.end(), {{"actions", Table::Align::right},
                                 {"share", Table::Align::right},
                                 {"events", Table::Align::right},
                                 {"days", Table::Align::right},
                                 {"last seen"}});
  Table table(std::move(columns));
  for (std::size_t at = 0; at < std::min(kMost, report.users.size()); ++at) {
    const ActiveUser& user = report.users[at];
    std::vector<std::string> cells{user.id.empty() ? terminal.faint("without a user")
                                                   : visible(user.id)};
    if (has_roles) cells.push_back(visible(user.role));
    const double share =
        actions == 0 ? 0 : static_cast<double>(user.actions) / static_cast<double>(actions);
    cells.insert(cells.end(),
                 {with_separators(user.actions), percent(share), with_separators(user.events),
                  with_separators(user.days), readable_day(user.last_day)});
    table.add(std::move(cells));
  }
  print("\n{}\n{}",
        terminal.bold(fmt::format("Who was active in the last {} days", report.window_days)),
        table.text(terminal));
  if (report.users.size() > kMost) print("  … and {} more\n", report.users.size() - kMost);
}

void print_properties(const AccountReport& report, const Terminal& terminal) {
  if (report.properties.empty() && report.onboarding.empty()) return;
  Table table({{"Known of it"}, {""}, {"since"}});
  for (const StatedProperty& property : report.properties) {
    table.add({visible(property.name), visible(property_text(property.value)),
               property.since ? readable_day(*property.since) : ""});
  }
  for (const OnboardingStep& step : report.onboarding) {
    const bool is_done = step.done && *step.done <= report.day;
    table.add({fmt::format("onboarding: {}", visible(step.event)), is_done ? "done" : "not done",
               is_done ? readable_day(*step.done) : ""});
  }
  print("\n{}", table.text(terminal, ""));
}

void print_by_day(const AccountReport& report, const Definition& definition,
                  const Terminal& terminal) {
  if (report.earned.empty()) return;
  std::map<Day, std::vector<const EarnedPoints*>> by_day;
  for (const EarnedPoints& term : report.earned) by_day[term.day].push_back(&term);
  Table table({{"Day"}, {"points", Table::Align::right}, {"expires"}, {"earned by"}});
  for (auto day = by_day.rbegin(); day != by_day.rend(); ++day) {
    Points sum;
    std::string terms;
    for (const EarnedPoints* term : day->second) {
      sum += term->points;
      if (!terms.empty()) terms += ", ";
      terms += visible(action_label(definition, term->action));
      if (term->count > 1) terms += fmt::format(" ×{}", term->count);
    }
    table.add({readable_day(day->first), exact_points(sum),
               readable_day(day->first + report.window_days), terms});
  }
  print("\n{}\n{}", terminal.bold("By day"), table.text(terminal));
}

void print_changes(const AccountReport& report, const Terminal& terminal) {
  constexpr std::ptrdiff_t kMost = 12;
  if (report.changes.empty()) return;
  Table table({{"Day"}, {"from"}, {""}, {"to"}, {"points", Table::Align::right}});
  for (auto change = report.changes.rbegin();
       change != report.changes.rend() && change - report.changes.rbegin() < kMost; ++change) {
    table.add({readable_day(change->day), terminal.level(change->from), "→",
               terminal.level(change->to) + (change->is_merge ? " (merge)" : ""),
               readable_points(change->points_after)});
  }
  print("\n{}\n{}", terminal.bold("Levels, newest first"), table.text(terminal));
  if (std::ssize(report.changes) > kMost) {
    print("  … and {} before\n", std::ssize(report.changes) - kMost);
  }
}

}  // namespace

RunCommand declare_account(CLI::App& app) {
  const auto options = std::make_shared<AccountOptions>();
  app.add_option("ID", options->id, "The account's id")->required();
  add_day_option(app, "--day", options->day, "Up to this day; else the last one published");
  app.add_flag("--json", options->as_json, "As JSON");
  app.footer("Examples:\n  tidemark account acme\n  tidemark account acme --day 2026-03-17 --json");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto last_day = last_day_to_show(*workspace, invocation.clock);
    if (!last_day) return last_day.error();
    const Day day = options->day.value_or(*last_day);
    const auto report =
        report_account(*workspace->store, options->id, day, kDays, workspace->definition);
    if (!report) return report.error();
    if (options->as_json) {
      print("{}\n", account_json(*report, workspace->definition).dump(1));
      return {};
    }
    const Terminal& terminal = invocation.terminal;
    print_header(*report, terminal);
    print("\n{}", point_chart(report->scores, terminal));
    print_terms(*report, terminal);
    print_users(*report, terminal);
    print_by_day(*report, workspace->definition, terminal);
    print_changes(*report, terminal);
    print_properties(*report, terminal);
    return {};
  };
}

}  // namespace tidemark
