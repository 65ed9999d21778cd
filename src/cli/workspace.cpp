#include "cli/workspace.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "base/damage_notes.h"
#include "base/durable_file.h"
#include "cli/folder_access.h"
#include "cli/surroundings.h"
#include "cli/test_clock.h"
#include "score/score_run.h"
#include "wire/definition_toml.h"

namespace tidemark {
namespace {

constexpr const char* kDefinitionFile = "tidemark.toml";
constexpr const char* kControlFile = "control.sqlite";

}  // namespace

Result<std::string> read_text(const std::filesystem::path& named) {
  const std::filesystem::path file = resolved(named);
  std::error_code problem;
  const bool is_folder = std::filesystem::is_directory(file, problem);
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  const bool is_open = !is_folder && stream.is_open();
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!is_open || stream.bad()) {
    return Error{ErrorKind::not_found,
                 fmt::format("{} cannot be read: {}", named.string(),
                             is_folder ? "it is a folder" : std::strerror(errno))};
  }
  return text;
}

namespace {

Result<void> fill_workspace(const std::filesystem::path& folder, const std::string& definition,
                            const std::string& clickhouse) {
  if (!clickhouse.empty()) {
    if (auto kept = keep_in_clickhouse(folder, clickhouse); !kept) return kept;
  }
  auto store = make_store(folder);
  if (!store) return store.error();
  auto control = Control::open(folder / kControlFile);
  if (!control) return control.error();
  if (auto marked = mark_test_clock(folder); !marked) return marked;
  return write_text(folder / kDefinitionFile, definition);
}

}  // namespace

Result<void> make_workspace(const std::filesystem::path& folder, const std::string& definition,
                            const std::string& clickhouse) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) {
    return Error{ErrorKind::unavailable,
                 fmt::format("{} cannot be made: {}", folder.string(), problem.message())};
  }
  const auto file = folder / kDefinitionFile;
  std::error_code unknown;
  if (std::filesystem::exists(file, unknown)) {
    return Error{ErrorKind::conflict,
                 fmt::format("{} is a workspace already; choose another folder", folder.string())};
  }
  // The definition comes last: a folder that has it is a whole workspace. What one that failed left
  // behind goes; what was there before stays.
  std::vector<std::filesystem::path> made;
  for (const char* name : {"tidemark.duckdb", "tidemark.duckdb.wal", "tidemark.duckdb.durable",
                           "control.sqlite", "control.sqlite-wal", "control.sqlite-shm"}) {
    if (!std::filesystem::exists(folder / name, unknown)) made.push_back(folder / name);
  }
  auto filled = fill_workspace(folder, definition, clickhouse);
  if (!filled) {
    for (const auto& name : made) std::filesystem::remove(name, unknown);
  }
  return filled;
}

Result<void> write_text(const std::filesystem::path& file, const std::string& text) {
  return write_durably(resolved(file), text);
}

Result<std::unique_ptr<Control>> open_control(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(definition_file(folder))) {
    auto workspace = open_workspace(folder);
    if (!workspace) return workspace.error();
  }
  const auto access = folder_access(folder);
  if (!access) return access.error();
  return Control::open_existing(control_file(folder), *access);
}

Result<void> note_change(Control& control, const Clock& clock, const std::string& action,
                         const std::string& subject, const std::string& after) {
  return control.audit().add({0, clock.now(), "command line", action, subject, "", after, ""});
}

Result<Definition> read_definition(const std::filesystem::path& file) {
  const auto text = read_text(file);
  if (!text) return text.error();
  return parse_definition(*text, file.string());
}

Result<Day> last_day_to_show(const Workspace& workspace, const Clock& clock) {
  const auto days = workspace.store->published_days();
  if (!days) return days.error();
  return days->empty() ? last_finished_day(clock, workspace.zone) : days->back().day;
}

std::filesystem::path definition_file(const std::filesystem::path& folder) {
  return folder / kDefinitionFile;
}
std::filesystem::path control_file(const std::filesystem::path& folder) {
  return folder / kControlFile;
}

namespace {

Result<Workspace> opened(const std::filesystem::path& folder, Definition definition, Opens opens) {
  std::error_code unknown;
  if (!std::filesystem::exists(folder / kDefinitionFile, unknown) &&
      std::filesystem::exists(store_file(folder), unknown)) {
    return Error{ErrorKind::corrupt_data,
                 fmt::format("{} is missing, while its store is there: write it back from your "
                             "version control or a backup",
                             definition_file(folder).string())};
  }
  if (!std::filesystem::exists(folder / kDefinitionFile, unknown)) {
    return Error{
        ErrorKind::not_found,
        fmt::format("{} is no workspace; make one with \"tidemark init DIR\" and name it with "
                    "\"tidemark -C DIR …\"",
                    folder == "." ? "this folder" : folder.string())};
  }
  const auto zone = TimeZone::named(definition.time_zone);
  if (!zone) return zone.error();
  const auto access =
      surroundings().is_served() ? Result(StoreAccess::reads_and_writes) : folder_access(folder);
  if (!access) return access.error();
  auto store = surroundings().is_served() ? surroundings().store->beside(surroundings().reads)
                                          : open_store(folder, opens, *access);
  if (!store) return store.error();
  // The folder of one that takes part has no control data of its own.
  auto control = opens == Opens::to_take_part
                     ? Control::open(folder / kControlFile)
                     : Control::open_existing(folder / kControlFile, *access);
  if (!control) return control.error();
  if (!surroundings().is_served()) {
    for (const auto& file : {store_file(folder), control_file(folder)}) {
      for (const std::string& note : damage_notes(file)) {
        print_beside("tidemark: warning: {} See tidemark doctor.\n", note);
      }
    }
  }
  return Workspace{folder, std::move(definition), *zone, *std::move(store), *std::move(control)};
}

Result<Workspace> opened(const std::filesystem::path& folder, Opens opens) {
  std::error_code unknown;
  if (!std::filesystem::exists(folder / kDefinitionFile, unknown)) return opened(folder, {}, opens);
  auto definition = read_definition(folder / kDefinitionFile);
  if (!definition) return definition.error();
  return opened(folder, *std::move(definition), opens);
}

}  // namespace

Result<Workspace> open_workspace_under(const std::filesystem::path& folder, Definition definition) {
  return opened(folder, std::move(definition), Opens::to_change);
}

Result<Workspace> open_workspace_to_take_part(const std::filesystem::path& folder) {
  return opened(folder, Opens::to_take_part);
}

Result<Workspace> open_workspace(const std::filesystem::path& folder) {
  return opened(folder, Opens::to_change);
}

}  // namespace tidemark
