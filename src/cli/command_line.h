#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/served_command.h"
#include "base/clock.h"
#include "cli/terminal.h"
#include "store/store.h"

namespace tidemark {

/// Runs what a command line says and returns the exit code. Where a server has the workspace open,
/// most commands run there, on a connection beside its own: same output, same errors.
int run_command_line(const std::vector<std::string>& arguments, const Terminal& terminal);

/// Runs a command in the server that has `store` open, for a process that asked for it.
/// One that publishes takes the locks first.
CommandOutput run_served_command(const ServedCommand& command, const std::filesystem::path& folder,
                                 Store& store, PublishingLocks locks, const Clock& clock);

}  // namespace tidemark
