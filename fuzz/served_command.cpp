#include "api/served_command.h"

#include "base/check.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto command = parse_command(text)) {
    const auto again = parse_command(command_json(*command));
    CHECK(again && again->arguments.size() == command->arguments.size());
    CHECK(again->progress == command->progress);
    CHECK(again->width == command->width && again->has_colour == command->has_colour);
  }
  if (const auto output = parse_output(text)) {
    const auto again = parse_output(output_text(*output));
    CHECK(again && again->out == output->out && again->err == output->err);
    CHECK(again->exit == output->exit);
  }
  return 0;
}
