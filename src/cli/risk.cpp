#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/listing.h"
#include "cli/surroundings.h"
#include "report/risk_json.h"
#include "score/risk_report.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct RiskOptions {
  std::optional<Day> day;
  std::optional<std::string> value;
  int capacity = 20;
  ListingOptions form;
};

/// `23 of 61`
std::string rate_words(const SilenceRate& rate) {
  return fmt::format("{} of {}", with_separators(rate.left), with_separators(rate.all));
}

std::string basis_words(const RiskReport& report) {
  std::string words = fmt::format(
      "How likely each account is to be silent for the next 30 days, learned from {} weekly "
      "snapshots that were followed by silence and {} that were not",
      with_separators(report.left), with_separators(report.stayed));
  return words + (report.model ? "." : ", by their points alone: 40 of each make a better model.");
}

void print_text(const RiskReport& report, const RiskOptions& options, const Terminal& terminal) {
  const auto listed = std::min<std::ptrdiff_t>(options.capacity, std::ssize(report.accounts));
  print("{}\n", terminal.bold(fmt::format(
                    "At risk on {}: the first {} of {}", readable_day(report.day), listed,
                    counted(std::ssize(report.accounts), "active account", "active accounts"))));
  print("{}\n\n", wrapped(basis_words(report), terminal.width()));
  std::vector<Table::Column> columns{{"Account"},
                                     {"level"},
                                     {"risk", Table::Align::right},
                                     {"like it, left", Table::Align::right}};
  if (options.value) {
    columns.push_back({*options.value, Table::Align::right});
    columns.push_back({"at stake", Table::Align::right});
  }
  columns.push_back({"why"});
  Table table(std::move(columns));
  for (std::ptrdiff_t at = 0; at < listed; ++at) {
    const RiskOfAccount& risk = report.accounts[static_cast<std::size_t>(at)];
    std::vector<std::string> cells{
        visible(risk.listed.id),
        terminal.level(risk.listed.level) + (risk.listed.is_ramping ? " *" : ""),
        fmt::format("{:.0f} %", risk.probability * 100), rate_words(risk.similar)};
    if (options.value) {
      cells.push_back(risk.value ? fmt::format("{}", *risk.value) : "");
      cells.push_back(risk.value ? fmt::format("{:.0f}", risk.at_stake) : "");
    }
    cells.push_back(reason_of(risk));
    table.add(std::move(cells));
  }
  print("{}", table.text(terminal));
  if (std::ranges::any_of(report.accounts.begin(), report.accounts.begin() + listed,
                          [](const RiskOfAccount& risk) { return risk.listed.is_ramping; })) {
    print("  * in its first days\n");
  }
}

void print_csv(const RiskReport& report, const RiskOptions& options, const Terminal& terminal) {
  RowWriter rows(options.form, terminal,
                 {{"account_id"},
                  {"level"},
                  {"probability"},
                  {"similar_left"},
                  {"similar_all"},
                  {"habit_milli_days"},
                  {"tenure_days"},
                  {"silent_days"},
                  {"value"},
                  {"at_stake"}});
  for (const RiskOfAccount& risk : report.accounts) {
    rows.add(std::vector<std::string>{
        risk.listed.id, std::string(level_name(risk.listed.level)),
        fmt::format("{:.6f}", risk.probability), std::to_string(risk.similar.left),
        std::to_string(risk.similar.all), std::to_string(risk.signs.habit_milli_days),
        std::to_string(risk.signs.tenure_days), std::to_string(risk.signs.silent_days),
        risk.value ? fmt::format("{}", *risk.value) : "", fmt::format("{:.6f}", risk.at_stake)});
  }
}

}  // namespace

RunCommand declare_risk(CLI::App& app) {
  const auto options = std::make_shared<RiskOptions>();
  add_day_option(app, "--day", options->day, "As of this day; else the last one published");
  app.add_option("--capacity", options->capacity, "How many accounts you can work on")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--value", options->value,
                 "Order by what may be lost: the probability times this property, a number")
      ->type_name("PROPERTY");
  add_form_options(app, options->form);
  app.footer(
      "--csv and --json list all active accounts.\n\n"
      "Examples:\n  tidemark risk --capacity 20\n  tidemark risk --value mrr --csv > risk.csv");
  return [options](const Invocation& invocation) -> Result<void> {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    AccountQuery query;
    query.day = options->day;
    const auto report = report_risk(*workspace->store, std::move(query), options->value,
                                    workspace->zone, Cores::all());
    if (!report) return report.error();
    if (options->form.as_json) {
      print("{}\n", risk_json(*report).dump(1));
    } else if (options->form.as_csv) {
      print_csv(*report, *options, invocation.terminal);
    } else {
      print_text(*report, *options, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
