#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/time_zone.h"
#include "cli/workspace_store.h"
#include "model/definition.h"
#include "store/sqlite/control.h"
#include "store/store.h"

namespace tidemark {

/// An open workspace: one folder with its definition and its store.
struct Workspace {
  std::filesystem::path folder;
  Definition definition;
  TimeZone zone;
  std::unique_ptr<Store> store;
  std::unique_ptr<Control> control;
};

/// Makes the folder, if absent, with `definition` as its `tidemark.toml`, and its store: in the
/// ClickHouse of this address, else in a file. Fails with `conflict` where a workspace is.
Result<void> make_workspace(const std::filesystem::path& folder, const std::string& definition,
                            const std::string& clickhouse = {});

/// Fails with `not_found` where no workspace is, saying how to make one.
Result<Workspace> open_workspace(const std::filesystem::path& folder);

/// The same, to take part in what another process does with its store; a file has room for one.
Result<Workspace> open_workspace_to_take_part(const std::filesystem::path& folder);

/// The same, under another definition than its `tidemark.toml`, which may be broken.
Result<Workspace> open_workspace_under(const std::filesystem::path& folder, Definition definition);

/// The control data alone, as a server may have the store open. Fails with `not_found` where no
/// workspace is.
Result<std::unique_ptr<Control>> open_control(const std::filesystem::path& folder);

/// Writes into the audit log what a command changed.
Result<void> note_change(Control& control, const Clock& clock, const std::string& action,
                         const std::string& subject, const std::string& after = {});

/// The last published day, else the last that has ended.
Result<Day> last_day_to_show(const Workspace& workspace, const Clock& clock);

std::filesystem::path definition_file(const std::filesystem::path& folder);
std::filesystem::path control_file(const std::filesystem::path& folder);

/// Reads a definition from a file.
Result<Definition> read_definition(const std::filesystem::path& file);

/// The whole of a small text file.
Result<std::string> read_text(const std::filesystem::path& file);

/// Writes a small text file, whole or not at all.
Result<void> write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace tidemark
