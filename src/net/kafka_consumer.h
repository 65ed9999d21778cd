#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark {

/// What a topic holds at one place.
struct KafkaRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<Instant> at;         // as the record says, of whoever wrote it or of the broker
  std::optional<std::string> value;  // none: it removes others of its key
};

/// How far a group is with a partition.
struct KafkaPartition {
  std::int32_t number = 0;
  std::optional<std::int64_t> next;  // of the group: none: it never came here
  std::int64_t first = 0;            // that is still there
  std::int64_t end = 0;              // behind the last

  std::int64_t behind() const { return end - std::clamp(next.value_or(first), first, end); }
};

/// Settings of librdkafka, by its names. What is not set: the group `tidemark`, from the oldest
/// record on where it comes for the first time.
using KafkaSettings = std::vector<std::pair<std::string, std::string>>;

/// A member of a group that reads one topic, or one that only looks at how far that is. A record is
/// handed over again, to this member or another one of the group, until it is committed. Used by
/// one thread.
class KafkaConsumer {
 public:
  /// Brokers are sought for from then on; it joins the group with the first question for a record.
  /// Fails with `invalid_input` for settings that the client does not know, or that do not go
  /// together.
  static Result<std::unique_ptr<KafkaConsumer>> open(const KafkaSettings& settings,
                                                     const std::string& topic);
  /// Leaves the group.
  ~KafkaConsumer();
  KafkaConsumer(const KafkaConsumer&) = delete;
  KafkaConsumer& operator=(const KafkaConsumer&) = delete;

  /// The next record; none, where none came within so long. Fails with `unavailable`, in the
  /// client's words; it tries on by itself.
  Result<std::optional<KafkaRecord>> next(std::chrono::milliseconds patience);
  /// All before these offsets, by partition, were taken.
  Result<void> commit(const std::map<std::int32_t, std::int64_t>& next);
  /// How many records are there behind those handed over, as far as the client knows.
  std::int64_t behind();
  /// A name for the cluster; empty where no broker was met yet, or says none.
  std::string cluster();
  /// Whether nothing more comes of it, and another one is to be opened.
  bool is_lost() const;
  /// The group's partitions. Fails with `unavailable` where no broker says so within five seconds.
  Result<std::vector<KafkaPartition>> partitions();

 private:
  struct Client;
  explicit KafkaConsumer(std::unique_ptr<Client> client, std::string topic);

  std::unique_ptr<Client> client_;
  std::string topic_;
  bool is_member_ = false;
  std::map<std::int32_t, std::int64_t> committed_;  // of partitions of which nothing came yet
};

}  // namespace tidemark
