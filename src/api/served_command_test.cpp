#include "api/served_command.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark {
namespace {

RC_GTEST_PROP(CommandOutput, is_read_as_it_was_written, (std::string out, std::string err)) {
  const auto read = parse_output(output_text({3, out, err}));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->exit == 3);
  RC_ASSERT(read->out == out);
  RC_ASSERT(read->err == err);
}

TEST(CommandOutput, that_is_cut_short_is_none) {
  const std::string whole = output_text({0, "much", "little"});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_output(std::string_view(whole).substr(0, size)));
  }
}

TEST(ServedCommand, is_read_as_it_was_written) {
  const ServedCommand command{
      {"accounts", "--level", "low", "ä\"\n"}, "/tmp", 132, true, "/tmp/pipe"};
  const auto read = parse_command(command_json(command));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->arguments, command.arguments);
  EXPECT_EQ(read->folder, "/tmp");
  EXPECT_EQ(read->width, 132);
  EXPECT_TRUE(read->has_colour);
}

TEST(ServedCommand, that_is_none_is_refused) {
  for (const char* text : {"", "[]", "{}", R"({"arguments": "overview"})", R"({"arguments": [1]})",
                           R"({"arguments": ["overview")"}) {
    EXPECT_FALSE(parse_command(text)) << text;
  }
}

}  // namespace
}  // namespace tidemark
