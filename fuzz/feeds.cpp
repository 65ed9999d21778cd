#include "base/check.h"
#include "fuzz/input.h"
#include "wire/feed_toml.h"

// Feeds as somebody writes them: what is read has what a feed needs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto feeds = parse_feeds(fuzz::text_of(data, size), "fuzz");
  if (!feeds) {
    CHECK(!feeds.error().message.empty());
    return 0;
  }
  for (const Feed& feed : *feeds) {
    CHECK(!feed.name.empty() && !feed.topic.empty() && !feed.kafka.empty());
  }
  return 0;
}
