#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark {

/// A command that a process asks the server to run, since that has the workspace open.
struct ServedCommand {
  std::vector<std::string> arguments;  // without the program's name
  std::string folder;                  // where relative paths begin
  int width = 80;                      // of the terminal it is for
  bool has_colour = false;
  std::string progress = {};  // a named pipe to show it in; empty: nobody looks
};

/// What came of it.
struct CommandOutput {
  int exit = 0;
  std::string out;
  std::string err;
};

/// What whoever publishes takes: one at a time, and while no events are stored, where it reads and
/// publishes through views of its own that must agree.
struct PublishingLocks {
  std::mutex& publishing;
  std::mutex& store;
  std::function<void()> on_done;  // called while both are still held
};

/// Between process and server: the command as JSON; what came of it as a line with the exit code
/// and the two lengths, then both texts as they are, since they may be long and hold anything.
std::string command_json(const ServedCommand& command);
std::optional<ServedCommand> parse_command(std::string_view json);
std::string output_text(const CommandOutput& output);
std::optional<CommandOutput> parse_output(std::string_view text);

}  // namespace tidemark
