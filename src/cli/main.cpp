#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/exit_code.h"

namespace {

struct Command {
  const char* name;
  const char* summary;
  tidemark::DeclareCommand declare;
};

constexpr std::array kCommands = {
    Command{"init", "Make a workspace", tidemark::declare_init},
    Command{"demo", "Make a workspace with a simulated company", tidemark::declare_demo},
    Command{"import", "Take in events from files", tidemark::declare_import},
    Command{"serve", "Take events from SDKs, live", tidemark::declare_serve},
    Command{"keys", "Keys that let SDKs send", tidemark::declare_keys},
    Command{"events", "What arrives live", tidemark::declare_events},
    Command{"rejects", "What arrived live and was refused, and why", tidemark::declare_rejects},
    Command{"identity", "Whose events are: what waits, merges", tidemark::declare_identity},
    Command{"score", "Score and publish all days that are missing", tidemark::declare_score},
    Command{"gaps", "Days of which events are missing, and what to do about them",
            tidemark::declare_gaps},
    Command{"overview", "Levels of a day, and who moved", tidemark::declare_overview},
    Command{"movement", "Who stands elsewhere than a week ago, or on any two days",
            tidemark::declare_movement},
    Command{"accounts", "Accounts of a day: filter, sort, list", tidemark::declare_accounts},
    Command{"account", "One account: score, points, users, levels", tidemark::declare_account},
    Command{"explain", "Why an account's score moved, to the last point",
            tidemark::declare_explain},
    Command{"risk", "Who is likely to leave, by what may be lost", tidemark::declare_risk},
    Command{"churn", "Who left and who came back; how long each level stays",
            tidemark::declare_churn},
    Command{"learn", "What each action is worth, learned from who stayed and who left",
            tidemark::declare_learn},
    Command{"backtest", "What the score and its levels would have been worth",
            tidemark::declare_backtest},
    Command{"whatif", "What other points, caps or cuts would make of it", tidemark::declare_whatif},
    Command{"scores", "Every account's score on every day", tidemark::declare_scores},
    Command{"levels", "Every account's level on every day", tidemark::declare_levels},
    Command{"changes", "Moves between levels", tidemark::declare_changes},
    Command{"calibration", "The cuts between levels, and what they rest on",
            tidemark::declare_calibration},
    Command{"definition", "Check, show and compare what counts", tidemark::declare_definition},
    Command{"status", "What the workspace holds, and what would happen next",
            tidemark::declare_status},
    Command{"doctor", "Check the workspace, and say how to mend it", tidemark::declare_doctor},
};

}  // namespace

int main(int argc, char** argv) {
  using namespace tidemark;

  CLI::App app{"Tidemark scores how engaged every account is, every day, and says why.",
               "tidemark"};
  app.set_version_flag("--version", "tidemark " TIDEMARK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "First steps:\n  tidemark demo /tmp/demo && tidemark -C /tmp/demo score && tidemark -C "
      "/tmp/demo overview\n\nEvery command has --help with examples.");
  std::string folder = ".";
  app.add_option("-C", folder, "The workspace's folder")->type_name("DIR");

  const SystemClock clock;
  const Terminal terminal = Terminal::of_process();
  RunCommand chosen;
  for (const Command& command : kCommands) {
    CLI::App* declared = app.add_subcommand(command.name, command.summary);
    RunCommand run = command.declare(*declared);
    declared->callback([&chosen, run = std::move(run)] { chosen = run; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_code(ErrorKind::invalid_input);
  }

  const Result<void> done = chosen(Invocation{folder, clock, terminal});
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (done && !is_written) {
    fmt::print(stderr, "tidemark: the output cannot be written; is the disk full?\n");
    return exit_code(ErrorKind::unavailable);
  }
  if (done) return 0;
  fmt::print(stderr, "tidemark: {}\n", done.error().message);
  return exit_code(done.error().kind);
}
