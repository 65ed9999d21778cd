#include "score/movement.h"

#include <algorithm>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "cli/listing.h"
#include "cli/surroundings.h"
#include "report/movement_json.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct MovementOptions {
  std::optional<Day> from;
  std::optional<Day> to;
  int limit = 30;
  ListingOptions form;  // --csv or --json
};

std::string from_words(const Movement::Account& account, const Terminal& terminal) {
  return account.is_new ? terminal.faint("new") : terminal.level(account.from);
}

/// Levels down, levels across; moves stand beside the diagonal of those that stayed.
std::string matrix_text(const Movement& movement, const Terminal& terminal) {
  std::vector<Level> levels;
  for (const Level level : kLevelsDownwards) {
    std::int64_t count = movement.arrived[index_of(level)];
    for (const Level other : kLevelsDownwards) {
      count += movement.accounts[index_of(level)][index_of(other)] +
               movement.accounts[index_of(other)][index_of(level)];
    }
    if (count > 0) levels.push_back(level);
  }
  std::vector<Table::Column> columns{{"from \\ to"}};
  for (const Level level : levels) columns.push_back({level_label(level), Table::Align::right});
  columns.push_back({"all", Table::Align::right});
  Table table(std::move(columns));
  const auto add_row = [&](std::string name, const LevelCounts& counts,
                           std::optional<Level> stayed) {
    std::vector<std::string> cells{std::move(name)};
    std::int64_t sum = 0;
    for (const Level level : levels) {
      const std::int64_t count = counts[index_of(level)];
      sum += count;
      const std::string text = count == 0 ? "·" : with_separators(count);
      cells.push_back(level == stayed || count == 0 ? terminal.faint(text) : terminal.bold(text));
    }
    cells.push_back(with_separators(sum));
    table.add(std::move(cells));
  };
  LevelCounts totals = movement.arrived;
  for (const Level level : levels) {
    const LevelCounts& row = movement.accounts[index_of(level)];
    add_row(terminal.level(level), row, level);
    for (std::size_t to = 0; to < kLevelCount; ++to) totals[to] += row[to];
  }
  if (movement.is_new() > 0) add_row("new", movement.arrived, std::nullopt);
  add_row("all", totals, std::nullopt);
  return table.text(terminal);
}

void print_movement(const Movement& movement, const MovementOptions& options,
                    const Terminal& terminal) {
  print("{}\n", terminal.bold(fmt::format("From {} to {}", readable_day(movement.from),
                                          readable_day(movement.to))));
  print("{} fell · {} rose · {} went silent · {} came back · {} new\n\n{}", movement.fell(),
        movement.rose(), movement.went_silent(), movement.came_back(), movement.is_new(),
        matrix_text(movement, terminal));
  if (movement.moved.empty()) {
    print("\nNobody stands elsewhere.\n");
    return;
  }
  Table table({{"Account"},
               {"from"},
               {""},
               {"to"},
               {"points then", Table::Align::right},
               {"now (0–100)", Table::Align::right},
               {"±", Table::Align::right}});
  const auto listed = std::min<std::ptrdiff_t>(options.limit, std::ssize(movement.moved));
  for (const Movement::Account& account :
       std::span(movement.moved).first(static_cast<std::size_t>(listed))) {
    const Points gain = account.points_to - account.points_from;
    table.add({visible(account.id), from_words(account, terminal), "→",
               terminal.level(account.to) + (account.is_merge ? " (merge)" : ""),
               account.is_new ? "" : points_with_display(account.points_from, account.display_from),
               points_with_display(account.points_to, account.display_to),
               (gain.milli > 0 ? "+" : "") + readable_points(gain)});
  }
  print("\n{}", table.text(terminal));
  if (listed < std::ssize(movement.moved)) {
    print("  … and {} more: --limit {}\n", std::ssize(movement.moved) - listed,
          std::ssize(movement.moved));
  }
}

void print_csv(const Movement& movement, const MovementOptions& options, const Terminal& terminal) {
  RowWriter rows(options.form, terminal,
                 {{"account_id"}, {"from"}, {"to"}, {"milli_points_from"}, {"milli_points_to"}});
  for (const Movement::Account& account : movement.moved) {
    rows.add({account.id, account.is_new ? "" : level_name(account.from), level_name(account.to),
              fmt::format_int(account.points_from.milli).c_str(),
              fmt::format_int(account.points_to.milli).c_str()});
  }
}

}  // namespace

RunCommand declare_movement(CLI::App& app) {
  const auto options = std::make_shared<MovementOptions>();
  add_day_option(app, "--from", options->from, "The earlier day; else a week before the later");
  add_day_option(app, "--to", options->to, "The later day; else the last one published");
  app.add_option("--limit", options->limit, "How many accounts to list")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  add_form_options(app, options->form);
  app.footer(
      "Compares published levels of two days: how many went from where to where, and who.\n\n"
      "Examples:\n  tidemark movement\n  tidemark movement --from 2026-03-01 --to 2026-03-25\n"
      "  tidemark movement --csv > moved.csv");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto movement = movement_between(*workspace->store, options->from, options->to);
    if (!movement) return movement.error();
    if (options->form.as_json) {
      print("{}\n", movement_json(*movement).dump(1));
    } else if (options->form.as_csv) {
      print_csv(*movement, *options, invocation.terminal);
    } else {
      print_movement(*movement, *options, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
