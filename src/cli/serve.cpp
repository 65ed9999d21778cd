#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/log.h"
#include "api/server.h"
#include "base/damage_notes.h"
#include "base/free_space.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/interruption.h"
#include "cli/surroundings.h"
#include "cli/systemd.h"
#include "cli/workspace.h"

namespace tidemark {
namespace {

/// As many files at once as the system lets this process have: each connection is one.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// Shows the link on a terminal; elsewhere it would end up in a log, and whoever reads that may not
/// be who is to own the workspace: there it goes into a file that only its owner can read.
Result<void> offer_first_link(const std::string& link, const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  if (link.empty()) return {};
  constexpr std::string_view kWords =
      "Nobody signs in here yet. This link makes its first user the owner, once:";
  if (isatty(STDERR_FILENO) != 0) {
    print_beside("{}\n{}\n", kWords, link);
    return {};
  }
  const int made = open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) close(made);
  std::ofstream stream(file);
  stream << link << '\n';
  stream.close();
  if (!stream) return Error{ErrorKind::unavailable, file.string() + " cannot be written"};
  print_beside("{} it is in {}\n", kWords, file.string());
  return {};
}

/// Ends the process if stopping takes too long, as it does while a report computes for minutes or a
/// vendor does not answer: what was acknowledged is on the disk.
class StopDeadline {
 public:
  explicit StopDeadline(const Clock& clock)
      : thread_([this, &clock](const std::stop_token& stop) {
          constexpr std::chrono::seconds kMost{9};
          std::unique_lock lock(lock_);
          if (is_over_.wait_for(lock, stop, kMost, [] { return false; }) || stop.stop_requested()) {
            return;
          }
          log_line(clock, "warn", "stopped before all that was at hand had ended");
          std::_Exit(0);
        }) {}

 private:
  std::mutex lock_;
  std::condition_variable_any is_over_;
  std::jthread thread_;  // last: it uses the others
};

Result<void> serve(const Invocation& invocation, const ServeOptions& options) {
  raise_file_limit();
  // Whoever looked at a command's progress may be gone.
  std::signal(SIGPIPE, SIG_IGN);
  // The definition and keys are read again anyway; a terminal that closes is no reason to stop.
  std::signal(SIGHUP, SIG_IGN);
  const Interruption interruption;
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const JumpGuard clock(invocation.clock);
  const Served served{workspace->folder,
                      workspace->definition,
                      workspace->zone,
                      *workspace->store,
                      *workspace->control,
                      clock,
                      TIDEMARK_VERSION,
                      [file = definition_file(workspace->folder)] { return read_definition(file); },
                      [file = definition_file(workspace->folder)](const std::string& toml) {
                        return write_text(file, toml);
                      },
                      [&](const ServedCommand& command, PublishingLocks locks) {
                        return run_served_command(command, workspace->folder, *workspace->store,
                                                  std::move(locks), clock);
                      },
                      [&clock] { return clock.jump(); }};
  if (options.workers > 1 && workspace->store->board() == nullptr) {
    return Error{ErrorKind::invalid_input,
                 "workers meet in a ClickHouse; this workspace keeps its store in a file"};
  }
  for (const auto& file : {store_file(workspace->folder), control_file(workspace->folder)}) {
    for (const std::string& note : damage_notes(file)) log_line(clock, "error", note);
  }
  if (const std::string space = low_space_warning(workspace->folder); !space.empty()) {
    log_line(clock, "warn", space);
  }
  auto server = Server::start(served, options);
  if (!server) return server.error();
  const auto link = (*server)->first_link();
  if (!link) return link.error();
  if (auto offered = offer_first_link(*link, workspace->folder / "first-link"); !offered) {
    return offered;
  }
  // Said when the link is there too: whoever waits for this line wants to sign in next.
  log_line(clock, "info",
           fmt::format("listening at http://{}:{}", options.address, (*server)->port()));
  tell_systemd("READY=1");
  for (bool was_jump = false; !interruption.is_asked();) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    const bool is_jump = clock.jump().count() != 0;
    if (is_jump && !was_jump) {
      log_line(clock, "error", "the machine's clock has jumped; it is not followed for an hour");
    }
    was_jump = is_jump;
  }
  tell_systemd("STOPPING=1");
  log_line(clock, "info", "stopping: answering what is at hand");
  const StopDeadline deadline(clock);
  server->reset();
  log_line(clock, "info", "stopped");
  return {};
}

}  // namespace

RunCommand declare_serve(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark keys create --source web\n"
      "  tidemark serve\n"
      "  tidemark serve --listen 0.0.0.0 --port 8080\n"
      "How to point an SDK at it: docs/connect.md");
  auto options = std::make_shared<ServeOptions>();
  app.add_option("--listen", options->address, "The IP address to listen at")
      ->capture_default_str()
      ->type_name("ADDRESS");
  app.add_option("--port", options->port, "The port; 0 = any free one")->capture_default_str();
  app.add_flag("--nightly,!--no-nightly", options->runs_nightly,
               "Publish each day by itself when it has ended (two hours later)")
      ->capture_default_str();
  app.add_option(
         "--workers", options->workers,
         "How many processes reckon a nightly run together, this one among them; the others "
         "are tidemark work K/N --stay")
      ->check(CLI::Range(1U, 1'000U))
      ->type_name("N");
  app.add_option("--public-url", options->public_url,
                 "How people reach it through a proxy: https://tidemark.example.com")
      ->type_name("URL");
  app.add_option("--threads", options->threads, "Threads that read requests")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  app.add_option("--most-connections", options->limits.connections, "Open at once")
      ->capture_default_str();
  app.add_option("--most-body-bytes", options->limits.body_bytes, "Of one request, packed")
      ->capture_default_str();
  app.add_option("--most-header-bytes", options->limits.header_bytes, "Of one request's header")
      ->capture_default_str();
  app.add_option("--most-unpacked-bytes", options->collect.unpacked_bytes,
                 "Of one request, unpacked")
      ->capture_default_str();
  app.add_option("--most-nesting", options->collect.nesting, "Of the JSON of a request")
      ->check(CLI::Range(2, 100'000))
      ->capture_default_str();
  app.add_option("--most-id-bytes", options->collect.id_bytes, "Of an id or an event's name")
      ->capture_default_str();
  app.add_option("--most-waiting-bytes", options->collect.waiting_bytes,
                 "Waiting to be stored; then senders are told to come again")
      ->capture_default_str();
  app.add_option("--header-seconds", options->limits.header_seconds,
                 "Until a request's header is there, and how long a connection may idle")
      ->capture_default_str();
  app.add_option("--body-seconds", options->limits.body_seconds, "Until its body is there")
      ->capture_default_str();
  return [options](const Invocation& invocation) { return serve(invocation, *options); };
}

}  // namespace tidemark
