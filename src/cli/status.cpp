#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/calibration_words.h"
#include "report/status_json.h"
#include "score/score_run.h"
#include "score/workspace_status.h"
#include "wire/json.h"
#include "wire/names.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(file, problem);
  return problem ? 0 : size;
}

std::string size_words(std::uintmax_t bytes) {
  const auto mebibytes = static_cast<double>(bytes) / (1 << 20);
  return mebibytes < 1024 ? fmt::format("{:.1f} MiB", mebibytes)
                          : fmt::format("{:.1f} GiB", mebibytes / 1024);
}

void print_status(const WorkspaceStatus& status, const Workspace& workspace,
                  const std::vector<JournalEntry>& journal, Day last_finished,
                  const Terminal& terminal) {
  Table table({{""}, {""}});
  table.add({"Workspace", std::filesystem::weakly_canonical(workspace.folder).string()});
  table.add(
      {"Definition",
       fmt::format("{}, version {}, days of {}, levels by {}", visible(workspace.definition.name),
                   status.definition.substr(0, 12), workspace.definition.time_zone,
                   levels_by_name(workspace.definition.levels.by))});
  table.add({"Events",
             fmt::format("{} of {}, {}", with_separators(static_cast<std::int64_t>(status.events)),
                         counted(status.accounts, "account", "accounts"),
                         counted(status.event_names, "name", "names"))});
  if (status.last_import) {
    const Import& import = *status.last_import;
    table.add(
        {"Last import", fmt::format("{} on {}: {} taken, {} rejected", visible(import.name),
                                    instant_words(import.started),
                                    with_separators(static_cast<std::int64_t>(import.taken)),
                                    with_separators(static_cast<std::int64_t>(import.rejected)))});
  }
  table.add({"Published",
             status.last_published
                 ? fmt::format("{} to {} ({})", readable_day(status.first_published->day),
                               readable_day(status.last_published->day),
                               counted(status.last_published->day - status.first_published->day + 1,
                                       "day", "days"))
                 : "nothing yet"});
  table.add({"Cuts", status.calibration
                         ? fmt::format("of {}", readable_day(status.calibration->day))
                         : "none yet"});
  const auto clickhouse = clickhouse_of(workspace.folder);
  if (clickhouse) table.add({"Store", visible(*clickhouse)});
  table.add(
      {"On disk",
       fmt::format("{}control.sqlite {}",
                   clickhouse ? ""
                              : fmt::format("tidemark.duckdb {}, ",
                                            size_words(size_of(store_file(workspace.folder)))),
                   size_words(size_of(control_file(workspace.folder))))});
  table.add({"Versions",
             fmt::format("tidemark {}, {}", TIDEMARK_VERSION, workspace.store->engine_version())});
  table.add({terminal.bold("Next"), next_words(status, last_finished)});
  print("{}", table.text(terminal, ""));
  if (journal.empty()) return;
  Table runs({{"Last runs"}, {""}, {""}});
  for (const JournalEntry& entry : journal) {
    runs.add({instant_words(entry.started), entry.command,
              entry.ended ? visible(entry.outcome) : "still running, or its process died"});
  }
  print("\n{}", runs.text(terminal, ""));
}

}  // namespace

RunCommand declare_status(CLI::App& app) {
  const auto as_json = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json, "As JSON");
  app.footer("Examples:\n  tidemark status\n  tidemark status --json");
  return [as_json](const Invocation& invocation) -> Result<void> {
    constexpr int kRuns = 5;
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    const auto status = status_of(*workspace->store, workspace->definition);
    if (!status) return status.error();
    const auto journal = workspace->control->journal(kRuns);
    if (!journal) return journal.error();
    const Day last_finished = last_finished_day(invocation.clock, workspace->zone);
    if (*as_json) {
      Json json = status_json(*status, workspace->definition, *journal, last_finished);
      json["version"] = TIDEMARK_VERSION;
      json["engine"] = workspace->store->engine_version();
      json["store_bytes"] = size_of(store_file(workspace->folder));
      print("{}\n", json.dump(1));
    } else {
      print_status(*status, *workspace, *journal, last_finished, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
