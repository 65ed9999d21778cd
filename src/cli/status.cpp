#include <memory>

#include <fmt/format.h>

#include "cli/calibration_words.h"
#include "cli/command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
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

std::string instant_words(Instant at) {
  return timestamp_text(std::chrono::floor<std::chrono::seconds>(at));
}

/// What the next run would do, or what stands in its way.
std::string next_words(const WorkspaceStatus& status, Day last_finished) {
  if (status.events == 0) return "import events: tidemark import FILE";
  if (!status.unfinished_imports.empty()) {
    return fmt::format("go on with the import of {}: tidemark import, the same file",
                       visible(status.unfinished_imports.front()));
  }
  if (!status.last_published) return "publish the whole history: tidemark score";
  const int missing = last_finished - status.last_published->day;
  if (missing <= 0) {
    return status.definition_has_changed
               ? "every finished day is published; the next one comes under the edited definition: "
                 "tidemark definition diff"
               : "nothing: every finished day is published";
  }
  return fmt::format("publish {} up to {}{}: tidemark score", counted(missing, "day", "days"),
                     readable_day(last_finished),
                     status.definition_has_changed
                         ? " under the edited definition (tidemark definition diff), with new cuts"
                         : "");
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
  table.add({"On disk", fmt::format("tidemark.duckdb {}, control.sqlite {}",
                                    size_words(size_of(store_file(workspace.folder))),
                                    size_words(size_of(control_file(workspace.folder))))});
  table.add({"Versions", fmt::format("tidemark {}, DuckDB {}", TIDEMARK_VERSION,
                                     workspace.store->engine_version())});
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

void print_json(const WorkspaceStatus& status, const Workspace& workspace,
                const std::vector<JournalEntry>& journal, Day last_finished) {
  Json json = {{"definition", status.definition},
               {"definition_has_changed", status.definition_has_changed},
               {"time_zone", workspace.definition.time_zone},
               {"accounts", status.accounts},
               {"event_names", status.event_names},
               {"events", status.events},
               {"last_finished_day", day_text(last_finished)},
               {"version", TIDEMARK_VERSION},
               {"duckdb_version", workspace.store->engine_version()},
               {"store_bytes", size_of(store_file(workspace.folder))},
               {"next", next_words(status, last_finished)}};
  json["last_import"] = Json();
  if (status.last_import) {
    json["last_import"] = {{"name", status.last_import->name},
                           {"started", instant_words(status.last_import->started)},
                           {"taken", status.last_import->taken},
                           {"rejected", status.last_import->rejected},
                           {"is_complete", status.last_import->is_complete}};
  }
  json["first_published"] = Json();
  json["last_published"] = Json();
  if (status.last_published) {
    json["first_published"] = day_text(status.first_published->day);
    json["last_published"] = day_text(status.last_published->day);
  }
  json["calibration"] = status.calibration ? Json(day_text(status.calibration->day)) : Json();
  json["runs"] = Json::array();
  for (const JournalEntry& entry : journal) {
    json["runs"].push_back({{"started", instant_words(entry.started)},
                            {"command", entry.command},
                            {"ended", entry.ended ? Json(instant_words(*entry.ended)) : Json()},
                            {"outcome", entry.outcome}});
  }
  print("{}\n", json.dump(1));
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
      print_json(*status, *workspace, *journal, last_finished);
    } else {
      print_status(*status, *workspace, *journal, last_finished, invocation.terminal);
    }
    return {};
  };
}

}  // namespace tidemark
