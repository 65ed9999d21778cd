#include "wire/feed_toml.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(FeedToml, settings_are_read_with_and_without_quotes) {
  const auto feeds = parse_feeds(R"(
[[feed]]
name = "product"
topic = "product.events"
[feed.kafka]
bootstrap.servers = "a:9092,b:9092"
"security.protocol" = "sasl_ssl"
sasl.password = { file = "kafka.password" }
fetch.wait.max.ms = 50
[[feed]]
name = "web"
topic = "web"
dialect = "cloudevents"
kafka = { bootstrap.servers = "a:9092", "allow.auto.create.topics" = true }
)",
                                 "feeds.toml");
  ASSERT_TRUE(feeds) << feeds.error().message;
  ASSERT_EQ(feeds->size(), 2U);
  EXPECT_EQ(feeds->at(0).dialect, "segment");
  std::vector<std::string> settings;
  for (const FeedSetting& setting : feeds->at(0).kafka) {
    settings.push_back(setting.name + (setting.is_file ? " in " : " = ") + setting.value);
  }
  std::ranges::sort(settings);
  EXPECT_EQ(settings, (std::vector<std::string>{
                          "bootstrap.servers = a:9092,b:9092", "fetch.wait.max.ms = 50",
                          "sasl.password in kafka.password", "security.protocol = sasl_ssl"}));
  EXPECT_EQ(feeds->at(1).dialect, "cloudevents");
  EXPECT_EQ(feeds->at(1).kafka.size(), 2U);
}

TEST(FeedToml, what_is_wrong_is_said_with_its_place) {
  const auto why = [](const std::string& text) {
    const auto feeds = parse_feeds(text, "feeds.toml");
    return feeds ? std::string("right") : feeds.error().message;
  };
  const std::string feed = "[[feed]]\nname = \"a\"\ntopic = \"t\"\n";
  const std::string servers = "kafka = { bootstrap.servers = \"k\" }\n";
  EXPECT_EQ(why(feed + servers), "right");
  EXPECT_EQ(why(""), "right");
  EXPECT_NE(why(feed).find("a feed needs its servers"), std::string::npos);
  EXPECT_NE(why(feed + servers + feed + servers).find("two feeds are named \"a\""),
            std::string::npos);
  EXPECT_NE(why(feed + servers + "[[feed]]\nname = \"b\"\ntopic = \"t\"\n" + servers)
                .find("would take the messages from each other"),
            std::string::npos);
  EXPECT_NE(why("[[feed]]\nname = \"a\"\ntopic = \"^t\"\n" + servers).find("feeds.toml:3:"),
            std::string::npos);
  EXPECT_NE(why(feed + "topics = \"x\"\n" + servers).find("feeds.toml:4:"), std::string::npos);
  EXPECT_NE(why(feed + "kafka = { bootstrap.servers = \"k\", enable.auto.commit = true }\n")
                .find("enable.auto.commit is set by Tidemark itself"),
            std::string::npos);
  EXPECT_NE(why(feed + "kafka = { bootstrap.servers = \"k\", x = 1.5 }\n").find("x is a text"),
            std::string::npos);
}

}  // namespace
}  // namespace tidemark
