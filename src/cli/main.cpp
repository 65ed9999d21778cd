#include "cli/command_line.h"

int main(int argc, char** argv) {
  using namespace tidemark;
  const SystemClock clock;
  return run_command_line({argv + 1, argv + argc}, clock, Terminal::of_process());
}
