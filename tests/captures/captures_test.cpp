// What real clients sent, unmodified, and what is made of it: NAME.DIALECT.ROUTE.json and
// NAME.said.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "collect/dialects/dialect.h"
#include "wire/names.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string_view saying_name(Saying saying) {
  switch (saying) {
    case Saying::event:
      return "event";
    case Saying::trait_of_user:
      return "trait of user";
    case Saying::trait_of_account:
      return "trait of account";
    case Saying::belonging:
      return "belongs";
    case Saying::implied:
      return "belongs, by the way";
    case Saying::alias:
      return "is the same";
  }
  return "";
}

/// What a delivery says, a line for each message.
std::string text_of(const Delivery& delivery) {
  std::string text = fmt::format("key {}\n", delivery.key.empty() ? "–" : delivery.key);
  for (const Message& message : delivery.messages()) {
    text += fmt::format("{} {}", timestamp_text(message.at), saying_name(message.saying));
    for (const auto& [name, part] : {std::pair{"account", Part::account},
                                     {"user", Part::user},
                                     {"visitor", Part::visitor},
                                     {"name", Part::name},
                                     {"value", Part::value}}) {
      const std::string_view value = delivery.text(message, part);
      if (!value.empty()) text += fmt::format(" | {} {}", name, value);
    }
    if (message.id != 0) text += " | once";
    text += '\n';
  }
  for (const Refusal& refusal : delivery.refusals()) {
    text += fmt::format("refused: {} {} {}\n", reject_reason_name(refusal.reason), refusal.field,
                        refusal.value);
  }
  return text;
}

TEST(Captures, are_understood_as_written_down) {
  const std::filesystem::path folder = std::filesystem::path(TIDEMARK_SOURCE) / "tests/captures";
  int captures = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    ++captures;
    // segment-1.segment.batch.json
    const std::filesystem::path with_route = entry.path().stem();
    const std::filesystem::path with_dialect = with_route.stem();
    const std::string route = with_route.extension().string().substr(1);
    const std::string dialect_name = with_dialect.extension().string().substr(1);
    const auto dialect = dialect_named(dialect_name);
    ASSERT_TRUE(dialect) << dialect_name;
    const auto received = std::get<Instant>(parse_timestamp("2026-11-21T23:10:00Z"));
    Delivery delivery(dialect_name, received);
    const auto read = dialect->read({route, read_file(entry.path())}, delivery);
    ASSERT_TRUE(read) << entry.path() << read.error().message;
    const auto golden = folder / with_dialect.stem().concat(".said");
    if (std::getenv("TIDEMARK_BLESS") != nullptr) {
      std::ofstream(golden, std::ios::binary) << text_of(delivery);
    }
    EXPECT_EQ(text_of(delivery), read_file(golden)) << entry.path();
  }
  EXPECT_GE(captures, 15);
}

}  // namespace
}  // namespace tidemark
