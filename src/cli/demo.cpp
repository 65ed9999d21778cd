#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/progress_bar.h"
#include "cli/run_import.h"
#include "cli/workspace.h"
#include "score/score_run.h"
#include "simulate/company.h"
#include "wire/csv.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

struct DemoOptions {
  std::string folder;
  int accounts = 200;
  int days = 400;
  std::uint64_t seed = 1;
  std::optional<Day> until;
};

Result<void> write_events(const std::filesystem::path& file, const CompanyPlan& plan,
                          ProgressBar& progress) {
  std::ofstream stream(file, std::ios::binary);
  stream << "timestamp,message_id,account_id,user_id,event,properties\n";
  std::string line;
  std::int64_t count = 0;
  simulate_company(plan, [&](const SimulatedEvent& event) {
    line = fmt::format("{},{},", timestamp_text(event.at), event.message_id);
    append_csv_field(line, event.account_id);
    line += ',';
    append_csv_field(line, event.user_id);
    line += ',';
    append_csv_field(line, event.event);
    line += ',';
    append_csv_field(line, event.properties);
    stream << line << '\n';
    if (++count % 100'000 == 0) {
      const Day day{static_cast<std::int32_t>(event.at.time_since_epoch() / std::chrono::days{1})};
      progress.show(double(day - plan.days.first) / plan.days.length(),
                    fmt::format("{} events simulated", with_separators(count)));
    }
  });
  stream.close();
  if (!stream) {
    return Error{ErrorKind::unavailable, fmt::format("{} cannot be written", file.string())};
  }
  return {};
}

}  // namespace

RunCommand declare_demo(CLI::App& app) {
  const auto options = std::make_shared<DemoOptions>();
  app.add_option("DIR", options->folder, "The folder to make it in")->required();
  app.add_option("--accounts", options->accounts, "How many accounts")
      ->check(CLI::Range(200, 100'000))
      ->capture_default_str();
  app.add_option("--days", options->days, "Days of history")
      ->check(CLI::Range(60, 3000))
      ->capture_default_str();
  app.add_option("--seed", options->seed, "The same seed makes the same company")
      ->capture_default_str();
  add_day_option(app, "--until", options->until, "The last day with events; else yesterday");
  app.footer(
      "Examples:\n  tidemark demo /tmp/demo\n  tidemark -C /tmp/demo score\n"
      "  tidemark demo /tmp/large --accounts 1000 --seed 7");
  return [options](const Invocation& invocation) -> Result<void> {
    const auto& [folder, accounts, days, seed, until] = *options;
    if (auto made = make_workspace(folder, company_definition()); !made) return made;
    auto workspace = open_workspace(folder);
    if (!workspace) return workspace.error();
    const Day last = until.value_or(last_finished_day(invocation.clock, workspace->zone));
    const CompanyPlan plan{seed, accounts, {last - days + 1, last}};
    const auto file = workspace->folder / "demo_events.csv";
    {
      ProgressBar progress(invocation.clock);
      if (auto written = write_events(file, plan, progress); !written) return written;
    }
    if (auto imported = import_and_report(*workspace, invocation, file, file.string(), {});
        !imported) {
      return imported;
    }
    fmt::print("\nNext:\n  tidemark -C {0} score\n  tidemark -C {0} overview\n", folder);
    return {};
  };
}

}  // namespace tidemark
