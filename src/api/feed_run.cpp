#include "api/feed_run.h"

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <map>
#include <span>
#include <sstream>

#include <fmt/format.h>

#include "api/log.h"
#include "collect/dialects/dialect.h"
#include "wire/feed_toml.h"

namespace tidemark {
namespace {

constexpr const char* kFile = "feeds.toml";
constexpr std::size_t kMostRecords = 10'000;
constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr std::chrono::milliseconds kForFirst{250};
constexpr std::chrono::milliseconds kForMore{20};  // what comes together is stored together
constexpr std::chrono::seconds kUntilNextTry{1};

Result<std::string> content_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    return Error{ErrorKind::invalid_input, fmt::format("{} cannot be read", file.string())};
  }
  return text.str();
}

/// Those that belong together: whoever waits goes on when the last one is done.
class Waiting {
 public:
  void add() {
    const std::lock_guard held(lock_);
    ++open_;
  }
  void done(const Result<void>& outcome) {
    const std::lock_guard held(lock_);
    if (!outcome) outcome_ = outcome;
    if (--open_ == 0) changed_.notify_all();
  }
  Result<void> wait() {
    std::unique_lock held(lock_);
    changed_.wait(held, [&] { return open_ == 0; });
    return outcome_;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::size_t open_ = 0;
  Result<void> outcome_;
};

std::int64_t behind_of(const std::vector<KafkaPartition>& partitions) {
  std::int64_t behind = 0;
  for (const KafkaPartition& one : partitions) behind += one.behind();
  return behind;
}

/// What comes, as long as it comes quickly and is not much.
Result<std::vector<KafkaRecord>> records_of(KafkaConsumer& consumer) {
  std::vector<KafkaRecord> records;
  for (std::size_t bytes = 0; records.size() < kMostRecords && bytes < kMostBytes;) {
    auto record = consumer.next(records.empty() ? kForFirst : kForMore);
    if (!record && records.empty()) return record.error();
    if (!record || !*record) break;
    if ((*record)->value) bytes += (*record)->value->size();
    records.push_back(*std::move(*record));
  }
  return records;
}

}  // namespace

Result<std::vector<Feed>> read_feeds(const std::filesystem::path& folder) {
  const auto file = folder / kFile;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::vector<Feed>();
  const auto text = content_of(file);
  if (!text) return text.error();
  auto feeds = parse_feeds(*text, kFile);
  if (!feeds) return feeds;
  for (const Feed& feed : *feeds) {
    if (dialect_named(feed.dialect) != nullptr) continue;
    return Error{ErrorKind::invalid_input,
                 fmt::format("{}: feed {}: dialect {} is none of segment, posthog, mixpanel, "
                             "amplitude, cloudevents",
                             kFile, feed.name, feed.dialect)};
  }
  return feeds;
}

Result<KafkaSettings> kafka_settings(const Feed& feed, const std::filesystem::path& folder) {
  KafkaSettings settings;
  for (const FeedSetting& setting : feed.kafka) {
    std::string value = setting.value;
    if (setting.is_file) {
      auto content = content_of(folder / setting.value);
      if (!content) return content.error();
      value = content->substr(0, content->find_last_not_of("\r\n") + 1);
    }
    settings.emplace_back(setting.name, std::move(value));
  }
  return settings;
}

Result<std::unique_ptr<FeedRun>> FeedRun::start(const std::filesystem::path& folder,
                                                Control& control, Collector& collector,
                                                const Clock& clock) {
  const auto feeds = read_feeds(folder);
  if (!feeds) return feeds.error();
  std::unique_ptr<FeedRun> all(new FeedRun(control, collector, clock));
  for (const Feed& feed : *feeds) {
    auto settings = kafka_settings(feed, folder);
    if (!settings) return settings.error();
    // Whether the client takes the settings is known at once.
    if (const auto tried = KafkaConsumer::open(*settings, feed.topic); !tried) {
      return Error{tried.error().kind,
                   fmt::format("{}: feed {}: {}", kFile, feed.name, tried.error().message)};
    }
    auto source = control.source_named(feed.name);
    if (!source) return source.error();
    auto running = std::make_unique<Running>();
    running->feed = feed;
    running->settings = *std::move(settings);
    running->source = *std::move(source);
    all->feeds_.push_back(std::move(running));
  }
  for (const auto& feed : all->feeds_) {
    all->threads_.emplace_back([raw = all.get(), one = feed.get()] { raw->run(*one); });
  }
  return all;
}

FeedRun::~FeedRun() { stop(); }

void FeedRun::stop() {
  is_stopping_ = true;
  threads_.clear();
}

std::vector<FeedState> FeedRun::state() const {
  std::vector<FeedState> all;
  for (const auto& feed : feeds_) {
    const std::lock_guard held(feed->lock);
    all.push_back({feed->feed.name, feed->messages, feed->behind, feed->problem});
  }
  return all;
}

void FeedRun::note(Running& feed, const std::string& problem) {
  constexpr std::chrono::minutes kBetweenLines{1};
  const std::lock_guard held(feed.lock);
  const Instant now = clock_.now();
  const bool was_failing = !feed.problem.empty();
  feed.problem = problem;
  feed.noted = now;
  if (problem.empty()) {
    if (was_failing) log_line(clock_, "info", fmt::format("feed {} goes on", feed.feed.name));
    return;
  }
  // The client says the same in ever other words.
  if (was_failing && now < feed.logged + kBetweenLines) return;
  feed.logged = now;
  log_line(clock_, "error", fmt::format("feed {}: {}", feed.feed.name, problem));
}

bool FeedRun::is_paused(const Running& feed) {
  const auto sources = control_.sources();
  return sources && std::ranges::any_of(*sources, [&](const Source& source) {
           return source.number == feed.source.number && source.is_paused;
         });
}

void FeedRun::wait_while_paused(Running& feed) {
  constexpr int kLooksBetweenQuestions = 15;
  for (int look = 0; !is_stopping_ && is_paused(feed); ++look) {
    if (look % kLooksBetweenQuestions == 0) {
      const auto beside = KafkaConsumer::open(feed.settings, feed.feed.topic);
      const auto partitions = beside ? (*beside)->partitions() : beside.error();
      if (partitions) feed.behind = behind_of(*partitions);
    }
    std::this_thread::sleep_for(kUntilNextTry);
  }
}

void FeedRun::run(Running& feed) {
  while (!is_stopping_) {
    wait_while_paused(feed);
    if (is_stopping_) return;
    auto consumer = KafkaConsumer::open(feed.settings, feed.feed.topic);
    const Result<void> done = consumer ? follow(feed, **consumer) : consumer.error();
    if (is_stopping_) return;
    if (done) continue;
    note(feed, done.error().message);
    // What was not committed comes again, from there.
    std::this_thread::sleep_for(kUntilNextTry);
  }
}

Result<void> FeedRun::follow(Running& feed, KafkaConsumer& consumer) {
  constexpr std::chrono::seconds kUntilForgotten{10};
  while (!is_stopping_ && !is_paused(feed)) {
    const auto records = records_of(consumer);
    feed.behind = consumer.behind();
    if (!records) {
      if (consumer.is_lost()) return records.error();
      note(feed, records.error().message);  // the client tries on by itself
      continue;
    }
    if (records->empty()) {
      // Of a topic where nothing comes: nothing was wrong for a while.
      if (!feed.problem.empty() && clock_.now() > feed.noted + kUntilForgotten) note(feed, "");
      continue;
    }
    const auto taken = take(feed, consumer.cluster(), *records);
    if (!taken) return taken.error();
    std::map<std::int32_t, std::int64_t> next;
    for (const KafkaRecord& record : std::span(*records).first(*taken)) {
      next[record.partition] = record.offset + 1;
    }
    if (next.empty()) continue;
    if (auto committed = consumer.commit(next); !committed) return committed;
    feed.messages += *taken;
    note(feed, "");
  }
  return {};
}

Result<std::size_t> FeedRun::take(Running& feed, const std::string& cluster,
                                  const std::vector<KafkaRecord>& records) {
  const auto dialect = dialect_named(feed.feed.dialect, collector_.limits().nesting);
  const auto waiting = std::make_shared<Waiting>();
  std::size_t taken = 0;
  for (const KafkaRecord& record : records) {
    bool is_submitted = !record.value;
    while (!is_submitted) {
      const Instant now = clock_.now();
      Delivery delivery(feed.feed.dialect, std::min(record.at.value_or(now), now));
      delivery.set_longest_id(collector_.limits().id_bytes);
      delivery.set_source(feed.source.number);
      // A topic that was made anew begins at the same places, at another time.
      delivery.set_place(fmt::format("kafka {} {} {} {} {}", cluster, feed.feed.topic,
                                     record.partition, record.offset,
                                     record.at.value_or(Instant{}).time_since_epoch().count()));
      if (!dialect->read({"message", *record.value}, delivery)) {
        // Of what cannot be read nothing else was kept.
        delivery.refuse(RejectReason::malformed_json, "", *record.value, *record.value);
      }
      waiting->add();
      is_submitted = collector_.submit(
          std::move(delivery), [waiting](const Result<void>& outcome) { waiting->done(outcome); });
      if (is_submitted) continue;
      waiting->done({});
      if (is_stopping_) break;
      constexpr std::chrono::milliseconds kUntilThereIsRoom{50};
      std::this_thread::sleep_for(kUntilThereIsRoom);
    }
    if (!is_submitted) break;
    ++taken;
  }
  const auto stored = waiting->wait();
  return stored ? Result<std::size_t>(taken) : stored.error();
}

}  // namespace tidemark
