#include "wire/feed_toml.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "wire/toml_reader.h"

namespace tidemark {
namespace {

constexpr std::string_view kServers = "bootstrap.servers";
constexpr std::string_view kGroup = "group.id";
constexpr const char* kKafkaExample = "kafka = { bootstrap.servers = \"kafka.example.com:9092\" }";
// On which it rests that nothing is lost.
constexpr std::array<std::string_view, 3> kNotForPeople = {
    "enable.auto.commit", "enable.auto.offset.store", "enable.partition.eof"};

class FeedReader {
 public:
  explicit FeedReader(std::string_view source) : toml_(source) {}

  Result<std::vector<Feed>> read(const toml::table& root) {
    toml_.allow_only(root, {"feed"});
    std::vector<Feed> feeds;
    for (const toml::table* table : toml_.tables(root, "feed", "[[feed]]")) {
      Feed feed = read_feed(*table);
      if (std::ranges::find(feeds, feed.name, &Feed::name) != feeds.end()) {
        toml_.fail(table->get("name"),
                   fmt::format("two feeds are named \"{}\"; names tell them apart", feed.name));
      }
      for (const Feed& other : feeds) {
        if (other.topic == feed.topic && setting(other, kServers) == setting(feed, kServers) &&
            setting(other, kGroup) == setting(feed, kGroup)) {
          toml_.fail(
              table->get("topic"),
              fmt::format("the feeds {} and {} would take the messages from each other: give "
                          "one another group.id",
                          other.name, feed.name));
        }
      }
      feeds.push_back(std::move(feed));
    }
    if (toml_.error()) return *toml_.error();
    return feeds;
  }

 private:
  static std::string setting(const Feed& feed, std::string_view name) {
    const auto found = std::ranges::find(feed.kafka, name, &FeedSetting::name);
    return found == feed.kafka.end() ? std::string() : found->value;
  }

  Feed read_feed(const toml::table& table) {
    toml_.allow_only(table, {"name", "topic", "dialect", "kafka"});
    Feed feed;
    feed.name = toml_.needed_text(table, "name", "a feed");
    feed.topic = toml_.needed_text(table, "topic", "a feed");
    if (feed.topic.starts_with('^')) {
      toml_.fail(table.get("topic"), "a feed takes from one topic, by its name; write a feed each");
    }
    feed.dialect = toml_.text(table, "dialect").value_or("segment");
    const toml::table* const kafka = toml_.table(table, "kafka", kKafkaExample);
    if (kafka != nullptr) read_settings(*kafka, "", feed.kafka);
    if (std::ranges::find(feed.kafka, kServers, &FeedSetting::name) == feed.kafka.end()) {
      toml_.fail(kafka != nullptr ? kafka : &table,
                 fmt::format("a feed needs its servers: {}", kKafkaExample));
    }
    return feed;
  }

  /// Names with dots may stand in quotes, or as TOML reads them: tables within tables.
  void read_settings(const toml::table& table, const std::string& before,
                     std::vector<FeedSetting>& settings) {
    for (const auto& [key, node] : table) {
      const std::string name = before + std::string(key.str());
      if (const toml::table* const inner = node.as_table()) {
        const toml::node* const file = inner->get("file");
        if (inner->size() == 1 && file != nullptr && file->is_string()) {
          add({name, file->as_string()->get(), true}, node, settings);
        } else {
          read_settings(*inner, name + ".", settings);
        }
      } else if (node.is_string()) {
        add({name, node.as_string()->get()}, node, settings);
      } else if (node.is_integer()) {
        add({name, std::to_string(node.as_integer()->get())}, node, settings);
      } else if (node.is_boolean()) {
        add({name, node.as_boolean()->get() ? "true" : "false"}, node, settings);
      } else {
        toml_.fail(&node, fmt::format("{} is a text, a whole number, true or false, or what a file "
                                      "holds: {{ file = \"kafka.password\" }}",
                                      name));
      }
    }
  }

  void add(FeedSetting setting, const toml::node& node, std::vector<FeedSetting>& settings) {
    if (std::ranges::find(kNotForPeople, setting.name) != kNotForPeople.end()) {
      toml_.fail(&node, fmt::format("{} is set by Tidemark itself", setting.name));
    }
    settings.push_back(std::move(setting));
  }

  TomlReader toml_;
};

}  // namespace

Result<std::vector<Feed>> parse_feeds(std::string_view text, std::string_view source) {
  const auto parsed = parse_toml(text, source);
  if (!parsed) return parsed.error();
  return FeedReader(source).read(*parsed);
}

}  // namespace tidemark
