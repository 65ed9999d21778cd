#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "collect/collector.h"
#include "model/feed.h"
#include "net/kafka_consumer.h"
#include "store/sqlite/control.h"

namespace tidemark {

/// The feeds of a workspace: those of its `feeds.toml`; none without one. Fails with
/// `invalid_input` where that is wrong, saying where.
Result<std::vector<Feed>> read_feeds(const std::filesystem::path& folder);

/// What a feed's client is to be set to, with what files of the workspace hold. Fails where a file
/// cannot be read.
Result<KafkaSettings> kafka_settings(const Feed& feed, const std::filesystem::path& folder);

/// How a feed stands.
struct FeedState {
  std::string name;
  std::uint64_t messages = 0;  // taken since the process began, refused ones among them
  std::int64_t behind = 0;     // that are there and were not handed over yet
  std::string problem;         // with the last that was asked; empty: none
};

/// Takes events from the topics of the workspace's feeds, each in a thread of its own. What was
/// taken is committed once it is durable; what comes again, to this process or another one of the
/// group, counts once: by its message id, else by its place in the topic. Where too much waits to
/// be stored, no more is asked for.
class FeedRun {
 public:
  /// Fails with `invalid_input` where a feed cannot be as it is written. That no broker answers is
  /// no failure: it is tried for as long as this lives.
  static Result<std::unique_ptr<FeedRun>> start(const std::filesystem::path& folder,
                                                Control& control, Collector& collector,
                                                const Clock& clock);
  ~FeedRun();

  /// Ends once what is at hand is stored.
  void stop();

  std::vector<FeedState> state() const;

 private:
  struct Running {
    Feed feed;
    KafkaSettings settings;
    Source source;
    std::atomic<std::uint64_t> messages{0};
    std::atomic<std::int64_t> behind{0};
    mutable std::mutex lock;
    std::string problem;
    Instant noted;   // when it was met
    Instant logged;  // when one was said last
  };

  FeedRun(Control& control, Collector& collector, const Clock& clock)
      : control_(control), collector_(collector), clock_(clock) {}
  void run(Running& feed);
  /// Reads on until something is wrong that a new beginning mends, or all is to end.
  Result<void> follow(Running& feed, KafkaConsumer& consumer);
  /// Stores records and waits until they are durable. How many of them, from the first on, are:
  /// all, or fewer where it is to end.
  Result<std::size_t> take(Running& feed, const std::string& cluster,
                           const std::vector<KafkaRecord>& records);
  /// Until it is not, or all is to end; out of the group meanwhile.
  void wait_while_paused(Running& feed);
  bool is_paused(const Running& feed);
  void note(Running& feed, const std::string& problem);

  Control& control_;
  Collector& collector_;
  const Clock& clock_;
  std::atomic<bool> is_stopping_{false};
  std::vector<std::unique_ptr<Running>> feeds_;
  std::vector<std::jthread> threads_;
};

}  // namespace tidemark
