#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/listing.h"
#include "cli/surroundings.h"
#include "cli/term_words.h"
#include "report/churn_json.h"
#include "score/churn_report.h"
#include "wire/calibration_json.h"

namespace tidemark {
namespace {

constexpr int kWide = 100;  // enough for more reasons, and what is stated

struct ChurnOptions {
  int limit = 20;
  ListingOptions form;
};

/// `12 % (8–18 %), 23 of 190`
std::string rate_words(const SilenceRate& rate) {
  if (rate.all == 0) return "–";
  return fmt::format("{:.0f} % ({:.0f}–{:.0f}), {} of {}", rate.share * 100, rate.least * 100,
                     rate.most * 100, with_separators(rate.left), with_separators(rate.all));
}

void print_accounts(const ChurnReport& report, const ChurnOptions& options,
                    const Terminal& terminal) {
  if (report.accounts.empty()) return;
  const bool is_wide = terminal.width() >= kWide;
  const bool has_stated =
      is_wide && std::ranges::any_of(report.accounts, [](const ChurnReport::Account& account) {
        return account.stated.has_value();
      });
  std::vector<Table::Column> columns{
      {"Account"}, {"last active"}, {"level then"}, {"points", Table::Align::right}, {"came back"}};
  if (has_stated) columns.push_back({"stated"});
  columns.push_back({"30 days before"});
  Table table(std::move(columns));
  const auto listed = std::min<std::ptrdiff_t>(options.limit, std::ssize(report.accounts));
  for (const auto& account : std::span(report.accounts).first(static_cast<std::size_t>(listed))) {
    const ChurnEpisode& episode = account.episode;
    std::vector<std::string> cells{visible(account.id), readable_day(episode.churned),
                                   account.level ? terminal.level(*account.level) : "",
                                   account.level ? readable_points(account.points) : "",
                                   episode.returned ? readable_day(*episode.returned) : ""};
    if (has_stated) cells.push_back(account.stated ? readable_day(*account.stated) : "");
    cells.push_back(term_words(account.why, is_wide ? 3 : 1));
    table.add(std::move(cells));
  }
  print("\n{}", table.text(terminal));
  if (listed < std::ssize(report.accounts)) {
    print("  … and {} more: --limit {}, or --csv for all\n",
          with_separators(std::ssize(report.accounts) - listed), report.accounts.size());
  }
  print("  Why one left: tidemark explain {} --to {}\n", visible(report.accounts.front().id),
        day_text(report.accounts.front().episode.churned));
}

void print_levels(const ChurnReport& report, const Terminal& terminal) {
  if (report.months.empty()) {
    print(
        "\nHow often each level leaves is known once 30 days have passed after a published "
        "month-end.\n");
    return;
  }
  std::vector<Table::Column> columns{{"30 days after"}};
  for (const Level level : kChurnLevels) columns.push_back({level_label(level)});
  Table table(std::move(columns));
  for (const ChurnReport::Cohort& month : report.months) {
    std::vector<std::string> cells{readable_day(month.day)};
    for (const Level level : kChurnLevels) {
      const SilenceRate& rate = month.by_level[index_of(level)];
      cells.push_back(rate.all == 0 ? "–"
                                    : fmt::format("{:.0f} % of {}", rate.share * 100,
                                                  with_separators(rate.all)));
    }
    table.add(std::move(cells));
  }
  std::vector<std::string> cells{terminal.bold("All months")};
  for (const Level level : kChurnLevels) {
    const SilenceRate& rate = report.by_level[index_of(level)];
    cells.push_back(rate.all == 0 ? "–"
                                  : fmt::format("{:.0f} % ({:.0f}–{:.0f})", rate.share * 100,
                                                rate.least * 100, rate.most * 100));
  }
  table.add(std::move(cells));
  print("\n{}\n{}", terminal.bold("Silent for the 30 days after, by published level"),
        table.text(terminal));
}

void print_survival(const ChurnReport& report, const Terminal& terminal) {
  constexpr std::int64_t kFewestShown = 10;  // of so few a share says nothing
  if (report.months.empty()) return;
  std::vector<Table::Column> columns{{"Still active after"}};
  std::vector<std::size_t> shown;
  const auto& steps = report.survival[index_of(Level::low)];
  for (std::size_t step = 0; step < steps.size(); ++step) {
    if (steps[step].days % 60 != 0 && steps[step].days != 30) continue;
    columns.push_back({fmt::format("{} d", steps[step].days), Table::Align::right});
    shown.push_back(step);
  }
  Table table(std::move(columns));
  for (const Level level : kChurnLevels) {
    const auto& curve = report.survival[index_of(level)];
    if (report.by_level[index_of(level)].all == 0) continue;
    std::vector<std::string> cells{terminal.level(level)};
    for (const std::size_t step : shown) {
      cells.push_back(curve[step].at_risk < kFewestShown
                          ? "–"
                          : fmt::format("{:.0f} %", curve[step].share * 100));
    }
    table.add(std::move(cells));
  }
  print("\n{}\n{}", terminal.bold("How long each level lasts until churn is detected"),
        table.text(terminal));
}

void print_stated(const ChurnReport& report, const Terminal& terminal) {
  if (report.stated.empty()) return;
  std::int64_t silent = 0;
  for (const ChurnReport::StatedChurn& churn : report.stated) silent += churn.is_silent ? 1 : 0;
  print("\n{}\n",
        wrapped(fmt::format("{} said to have left in these days; {} of them silent by now.",
                            counted(std::ssize(report.stated), "account is", "accounts are"),
                            with_separators(silent)),
                terminal.width()));
}

void print_text(const ChurnReport& report, const ChurnOptions& options, const Terminal& terminal) {
  print("{}\n",
        terminal.bold(fmt::format(
            "{} detected from {} to {}", counted(std::ssize(report.accounts), "churn", "churns"),
            readable_day(report.days.first), readable_day(report.days.last))));
  if (report.came_back.all > 0) {
    print("Came back within 30 days of detection: {}\n", rate_words(report.came_back));
    print("Within 60 days: {}\n", rate_words(report.came_back_in_60));
  }
  print_accounts(report, options, terminal);
  print_levels(report, terminal);
  print_survival(report, terminal);
  print_stated(report, terminal);
}

void print_csv(const ChurnReport& report, const ChurnOptions& options, const Terminal& terminal) {
  RowWriter rows(options.form, terminal,
                 {{"account_id"},
                  {"churn_day"},
                  {"detection_day"},
                  {"returned"},
                  {"level"},
                  {"milli_points"},
                  {"stated"}});
  const auto text = [](const std::optional<Day>& day) { return day ? day_text(*day) : ""; };
  for (const ChurnReport::Account& account : report.accounts) {
    rows.add(std::vector<std::string>{
        account.id, day_text(account.episode.churned), day_text(account.episode.detected()),
        text(account.episode.returned),
        account.level ? std::string(level_name(*account.level)) : "",
        account.level ? std::to_string(account.points.milli) : "", text(account.stated)});
  }
}

}  // namespace

RunCommand declare_churn(CLI::App& app) {
  const auto options = std::make_shared<ChurnOptions>();
  add_day_option(app, "--from", options->form.first, "Detected from this day on; else 120 days");
  add_day_option(app, "--to", options->form.last, "Up to this day; else the last one published");
  app.add_option("--limit", options->limit, "How many accounts to list")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_form_options(app, options->form);
  app.footer(
      "An account has churned after 30 silent days; its churn day is its last active day.\n\n"
      "Examples:\n  tidemark churn\n  tidemark churn --from 2026-01-01 --csv");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto report = report_churn(*workspace->store, options->form.first, options->form.last,
                                     workspace->zone, Cores::all());
    if (!report) return report.error();
    if (options->form.as_json) {
      print("{}\n", churn_json(*report).dump(1));
    } else if (options->form.as_csv) {
      print_csv(*report, *options, invocation.terminal);
    } else {
      print_text(*report, *options, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
