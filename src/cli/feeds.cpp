#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "api/feed_run.h"
#include "cli/command.h"
#include "cli/surroundings.h"
#include "report/words.h"
#include "wire/json.h"

namespace tidemark {
namespace {

/// How far the group is with a feed's topic, as the broker says.
struct FeedPlace {
  Feed feed;
  Result<std::vector<KafkaPartition>> partitions;

  std::int64_t messages() const {
    return sum([](const KafkaPartition& one) { return one.end - one.first; });
  }
  std::int64_t behind() const {
    return sum([](const KafkaPartition& one) { return one.behind(); });
  }

 private:
  template <class Number>
  std::int64_t sum(const Number& number) const {
    return std::accumulate(
        partitions->begin(), partitions->end(), std::int64_t{0},
        [&](std::int64_t before, const KafkaPartition& one) { return before + number(one); });
  }
};

Result<std::vector<KafkaPartition>> partitions_of(const Feed& feed,
                                                  const std::filesystem::path& folder) {
  const auto settings = kafka_settings(feed, folder);
  if (!settings) return settings.error();
  const auto consumer = KafkaConsumer::open(*settings, feed.topic);
  return consumer ? (*consumer)->partitions() : consumer.error();
}

Result<void> show(const Invocation& invocation, bool as_json) {
  const auto feeds = read_feeds(invocation.folder);
  if (!feeds) return feeds.error();
  std::vector<FeedPlace> places;
  for (const Feed& feed : *feeds) places.push_back({feed, partitions_of(feed, invocation.folder)});
  if (as_json) {
    Json json = Json::array();
    for (const FeedPlace& place : places) {
      Json one = {
          {"name", place.feed.name}, {"topic", place.feed.topic}, {"dialect", place.feed.dialect}};
      if (place.partitions) {
        one["partitions"] = place.partitions->size();
        one["messages"] = place.messages();
        one["behind"] = place.behind();
      } else {
        one["problem"] = place.partitions.error().message;
      }
      json.push_back(std::move(one));
    }
    print("{}\n", json.dump(1));
    return {};
  }
  if (places.empty()) {
    print("No feeds.toml in the workspace: docs/connect.md says what to write into it.\n");
    return {};
  }
  Table table({{"Feed"},
               {"Topic"},
               {"Partitions", Table::Align::right},
               {"Messages", Table::Align::right},
               {"Behind", Table::Align::right}});
  for (const FeedPlace& place : places) {
    if (!place.partitions) {
      table.add({visible(place.feed.name), visible(place.feed.topic), "–", "–", "–"});
      continue;
    }
    table.add({visible(place.feed.name), visible(place.feed.topic),
               std::to_string(place.partitions->size()), with_separators(place.messages()),
               with_separators(place.behind())});
  }
  print("{}", table.text(invocation.terminal));
  for (const FeedPlace& place : places) {
    if (place.partitions) continue;
    print("{}: {}\n", visible(place.feed.name), visible(place.partitions.error().message));
  }
  return {};
}

}  // namespace

RunCommand declare_feeds(CLI::App& app) {
  const auto as_json = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json, "For machines");
  app.footer(
      "The feeds of feeds.toml, and how far they are: tidemark serve takes what comes, and says "
      "that it has it once it is durable. What to write: docs/connect.md\n\n"
      "Examples:\n  tidemark feeds\n  tidemark feeds --json");
  return [as_json](const Invocation& invocation) { return show(invocation, *as_json); };
}

}  // namespace tidemark
