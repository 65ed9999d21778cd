#include "cli/interruption.h"

#include <csignal>

#include "cli/surroundings.h"

namespace tidemark {
namespace {

// A signal handler can reach nothing but a global.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> stop_is_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void ask_to_stop(int signal) {
  stop_is_asked = true;
  // Whoever presses Ctrl-C twice wants it gone. Supervisors send SIGTERM to a process and to its
  // group, so that one comes twice without meaning more.
  if (signal == SIGINT) std::signal(signal, SIG_DFL);
}

}  // namespace

Interruption::Interruption() {
  if (surroundings().is_served()) return;  // the server's own, which asks all that it runs
  stop_is_asked = false;
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
}

Interruption::~Interruption() {
  if (surroundings().is_served()) return;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<bool>& Interruption::is_asked() const { return stop_is_asked; }

}  // namespace tidemark
