#include "cli/command_line.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>

#include <fmt/format.h>

#include "api/local_access.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/progress_pipe.h"
#include "cli/surroundings.h"
#include "cli/test_clock.h"
#include "net/http_client.h"

namespace tidemark {
namespace {

/// Where a command may run.
enum class Runs : std::uint8_t {
  alone,       // in its own process: it makes a workspace, or asks a server in its own way
  anywhere,    // also in a server, beside all else
  publishing,  // also in a server, with nobody else at the store
  publishing_by_subcommand,  // as that with a subcommand, else anywhere
  anywhere_for_dry_runs,     // of a file; else alone
};

struct Command {
  const char* name;
  Runs runs;
  const char* summary;
  DeclareCommand declare;
};

constexpr std::array kCommands = {
    Command{"init", Runs::alone, "Make a workspace", declare_init},
    Command{"demo", Runs::alone, "Make a workspace with a simulated company", declare_demo},
    Command{"import", Runs::anywhere_for_dry_runs, "Take in events from files", declare_import},
    Command{"serve", Runs::alone, "Take events live, publish every night", declare_serve},
    Command{"keys", Runs::alone, "Keys that let SDKs send", declare_keys},
    Command{"destinations", Runs::alone, "Where moves and levels are delivered to",
            declare_destinations},
    Command{"deliver", Runs::anywhere, "Deliver what was published", declare_deliver},
    Command{"plays", Runs::anywhere, "Who gets what, when, and whether it helps", declare_plays},
    Command{"feeds", Runs::alone, "Topics of a Kafka that events are taken from", declare_feeds},
    Command{"events", Runs::alone, "What arrives live", declare_events},
    Command{"rejects", Runs::alone, "What arrived live and was refused, and why", declare_rejects},
    Command{"identity", Runs::alone, "Whose events are: what waits, merges", declare_identity},
    Command{"score", Runs::publishing, "Score and publish all days that are missing",
            declare_score},
    Command{"work", Runs::alone, "Take part in a run of several workers", declare_work},
    Command{"gaps", Runs::publishing_by_subcommand,
            "Days of which events are missing, and what to do about them", declare_gaps},
    Command{"overview", Runs::anywhere, "Levels of a day, and who moved", declare_overview},
    Command{"movement", Runs::anywhere, "Who stands elsewhere than a week ago, or on any two days",
            declare_movement},
    Command{"accounts", Runs::anywhere, "Accounts of a day: filter, sort, list", declare_accounts},
    Command{"account", Runs::anywhere, "One account: score, points, users, levels",
            declare_account},
    Command{"explain", Runs::anywhere, "Why an account's score moved, to the last point",
            declare_explain},
    Command{"risk", Runs::anywhere, "Who is likely to leave, by what may be lost", declare_risk},
    Command{"churn", Runs::anywhere, "Who left and who came back; how long each level stays",
            declare_churn},
    Command{"learn", Runs::anywhere,
            "What each action is worth, learned from who stayed and who left", declare_learn},
    Command{"backtest", Runs::anywhere, "What the score and its levels would have been worth",
            declare_backtest},
    Command{"whatif", Runs::anywhere, "What other points, caps or cuts would make of it",
            declare_whatif},
    Command{"scores", Runs::anywhere, "Every account's score on every day", declare_scores},
    Command{"levels", Runs::anywhere, "Every account's level on every day", declare_levels},
    Command{"changes", Runs::anywhere, "Moves between levels", declare_changes},
    Command{"calibration", Runs::anywhere, "The cuts between levels, and what they rest on",
            declare_calibration},
    Command{"definition", Runs::anywhere, "Check, show and compare what counts",
            declare_definition},
    Command{"status", Runs::anywhere, "What the workspace holds, and what would happen next",
            declare_status},
    Command{"tables", Runs::publishing_by_subcommand,
            "Events that lie in tables of yours, read where they are", declare_tables},
    Command{"store", Runs::alone, "Copy the store elsewhere, make its tables", declare_store},
    Command{"doctor", Runs::anywhere, "Check the workspace, and say how to mend it",
            declare_doctor},
};

/// A command line that was read.
struct Chosen {
  std::shared_ptr<CLI::App> app;  // which commands ask what was said
  RunCommand run;
  Runs where = Runs::alone;
  std::string folder = ".";
  std::optional<int> exit;  // it asked for help, or was wrong: all is said
};

/// Fills `chosen`, which must stay where it is.
void read_command_line(const std::vector<std::string>& arguments, Chosen& chosen) {
  chosen.app = std::make_shared<CLI::App>(
      "Tidemark scores how engaged every account is, every day, and says why.", "tidemark");
  CLI::App& app = *chosen.app;
  app.set_version_flag("--version", "tidemark " TIDEMARK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "First steps:\n  tidemark demo /tmp/demo && tidemark -C /tmp/demo score && tidemark -C "
      "/tmp/demo overview\n\nEvery command has --help with examples.");
  app.add_option("-C", chosen.folder, "The workspace's folder")->type_name("DIR");
  for (const Command& command : kCommands) {
    CLI::App* declared = app.add_subcommand(command.name, command.summary);
    RunCommand run = command.declare(*declared);
    declared->callback([&chosen, declared, where = command.runs, run = std::move(run)] {
      chosen.run = run;
      chosen.where = where;
      if (where == Runs::anywhere_for_dry_runs) {
        const auto files = declared->get_option("FILE")->as<std::vector<std::string>>();
        const bool is_dry = declared->get_option("--dry-run")->count() > 0;
        const bool reads_input = std::ranges::find(files, "-") != files.end();
        chosen.where = is_dry && !reads_input ? Runs::anywhere : Runs::alone;
      }
      if (where != Runs::publishing_by_subcommand) return;
      const bool has_subcommand = !declared->get_subcommands().empty();
      chosen.where = has_subcommand ? Runs::publishing : Runs::anywhere;
    });
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    chosen.exit = app.exit(error) == 0 ? 0 : exit_code(ErrorKind::invalid_input);
  }
}

/// Runs the command here, and says how it ended.
int run_here(const Chosen& chosen, const Clock& clock, const Terminal& terminal) {
  const Result<void> done = chosen.run(Invocation{chosen.folder, clock, terminal});
  std::FILE* const out = surroundings().out;
  const bool is_written = std::fflush(out) == 0 && std::ferror(out) == 0;
  if (done && !is_written) {
    print_beside("tidemark: the output cannot be written; is the disk full?\n");
    return exit_code(ErrorKind::unavailable);
  }
  if (done) return 0;
  print_beside("tidemark: {}\n", done.error().message);
  return exit_code(done.error().kind);
}

/// Lets the server that has the workspace open run it; none where no server answers.
std::optional<int> run_at_server(const std::vector<std::string>& arguments, const Chosen& chosen,
                                 const Terminal& terminal) {
  constexpr int kPatience = 3600;
  constexpr int kPatienceToFind = 10;
  const auto access = local_access(chosen.folder);
  if (!access) return std::nullopt;
  // A server that was killed leaves its file behind; then the store is free.
  if (!ask({.url = access->url("/healthz"), .bearer = {}, .seconds = kPatienceToFind}))
    return std::nullopt;
  std::error_code problem;
  std::optional<ProgressPipe> progress(std::in_place);
  const ServedCommand command{arguments, std::filesystem::current_path(problem).string(),
                              terminal.width(), terminal.has_colour(), progress->path()};
  const auto reply = ask({.method = "POST",
                          .url = access->url("/api/v1/commands"),
                          .bearer = access->token,
                          .body = command_json(command),
                          .seconds = kPatience});
  progress.reset();
  if (!reply) {
    print_beside(
        "tidemark: the server that has the workspace open did not answer to the end; it may have "
        "done what was asked: {}\n",
        reply.error().message);
    return exit_code(ErrorKind::unavailable);
  }
  if (reply->status == 401) return std::nullopt;  // another one, at the port of one that was killed
  const auto output = parse_output(reply->body);
  if (reply->status != 200 || !output) {
    print_beside("tidemark: the server that has the workspace open answered {}\n", reply->status);
    return exit_code(ErrorKind::unavailable);
  }
  std::fwrite(output->out.data(), 1, output->out.size(), stdout);
  std::fwrite(output->err.data(), 1, output->err.size(), stderr);
  if (std::fflush(stdout) != 0 && output->exit == 0) {
    print_beside("tidemark: the output cannot be written; is the disk full?\n");
    return exit_code(ErrorKind::unavailable);
  }
  return output->exit;
}

/// Text that is written to a file in memory.
class TextFile {
 public:
  TextFile() : file_(open_memstream(&text_, &size_)) {}
  ~TextFile() {
    std::fclose(file_);
    std::free(text_);
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  std::FILE* file() { return file_; }
  std::string text() {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, const Terminal& terminal) {
  Chosen chosen;
  read_command_line(arguments, chosen);
  if (chosen.exit) return *chosen.exit;
  const auto clock = process_clock(chosen.folder);
  if (!clock) {
    print_beside("tidemark: {}\n", clock.error().message);
    return exit_code(clock.error().kind);
  }
  if (chosen.where != Runs::alone) {
    if (const auto exit = run_at_server(arguments, chosen, terminal)) return *exit;
  }
  return run_here(chosen, **clock, terminal);
}

CommandOutput run_served_command(const ServedCommand& command, const std::filesystem::path& folder,
                                 Store& store, PublishingLocks locks, const Clock& clock) {
  Chosen chosen;
  read_command_line(command.arguments, chosen);
  if (chosen.exit || chosen.where == Runs::alone) {
    return {exit_code(ErrorKind::invalid_input), "", "tidemark: not a command for a server\n"};
  }
  chosen.folder = std::filesystem::absolute(folder).string();
  TextFile out, err;
  std::unique_lock publishing(locks.publishing, std::defer_lock);
  std::unique_lock storing(locks.store, std::defer_lock);
  const bool publishes = chosen.where == Runs::publishing;
  // What it loads and what it publishes must be of the same events.
  if (publishes) std::lock(publishing, storing);
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> progress(open_progress(command.progress),
                                                                    &std::fclose);
  surroundings() = {out.file(),     err.file(), progress.get(),
                    command.folder, &store,     publishes ? Reads::newest : Reads::one_moment};
  int exit = 0;
  try {
    exit = run_here(chosen, clock, Terminal(command.width, command.has_colour));
  } catch (const std::exception& failure) {
    // A command that throws must not end the server; libraries that do are wrapped, memory is not.
    print_beside("tidemark: the command failed: {}\n", failure.what());
    exit = exit_code(ErrorKind::unavailable);
  }
  if (publishes) locks.on_done();
  surroundings() = {};
  return {exit, out.text(), err.text()};
}

}  // namespace tidemark
