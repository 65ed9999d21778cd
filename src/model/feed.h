#pragma once

#include <string>
#include <vector>

namespace tidemark {

/// A setting of a feed's client, by the client's own name for it.
struct FeedSetting {
  std::string name;
  std::string value;
  bool is_file = false;  // the value is what that file holds
};

/// A topic of a Kafka from which events are taken.
struct Feed {
  std::string name;  // of the source that its events are of
  std::string topic;
  std::string dialect;             // of its messages
  std::vector<FeedSetting> kafka;  // of librdkafka
};

}  // namespace tidemark
