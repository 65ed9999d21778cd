#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "cli/command_line.h"

namespace {

/// A library threw where nobody can catch it: DuckDB, if it can neither write nor take a write
/// back. What was acknowledged is on the disk, and the next start reads it; nothing is written any
/// more.
[[noreturn]] void stop_at_once() {
  const char* reason = "unknown reason";
  std::string text;
  try {
    if (const auto failure = std::current_exception()) std::rethrow_exception(failure);
  } catch (const std::exception& failure) {
    text = failure.what();
    reason = text.c_str();
  }
  std::fprintf(stderr, "tidemark: stopped, as a library failed; start it again: %s\n", reason);
  std::_Exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tidemark;
  std::set_terminate(stop_at_once);
  return run_command_line({argv + 1, argv + argc}, Terminal::of_process());
}
