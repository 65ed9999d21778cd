#include "cli/command_line.h"

int main(int argc, char** argv) {
  using namespace tidemark;
  return run_command_line({argv + 1, argv + argc}, Terminal::of_process());
}
