#include "net/kafka_consumer.h"

#include <array>
#include <mutex>

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

namespace tidemark {
namespace {

constexpr int kPatienceMs = 5'000;
constexpr std::size_t kLongestWhy = 512;

struct Freed {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;
using Places = Owned<rd_kafka_topic_partition_list_t>;

Error unavailable(rd_kafka_resp_err_t code, std::string_view said = {}) {
  const std::string_view words = said.empty() ? rd_kafka_err2str(code) : said;
  return Error{ErrorKind::unavailable, fmt::format("Kafka: {}", words)};
}

Result<Owned<rd_kafka_conf_t>> configuration(const KafkaSettings& settings) {
  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  KafkaSettings all{{"group.id", "tidemark"}, {"auto.offset.reset", "earliest"}};
  all.insert(all.end(), settings.begin(), settings.end());
  // What was handed over is taken when somebody says so.
  all.insert(all.end(), {{"enable.auto.commit", "false"}, {"enable.auto.offset.store", "false"}});
  for (const auto& [name, value] : all) {
    std::array<char, kLongestWhy> why{};
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK) {
      return Error{ErrorKind::invalid_input, fmt::format("Kafka: {}", why.data())};
    }
  }
  return conf;
}

}  // namespace

struct KafkaConsumer::Client {
  rd_kafka_t* handle = nullptr;
  std::mutex lock;
  std::string problem;  // that the client met beside what was asked; said once

  static void on_error(rd_kafka_t*, int code, const char* reason, void* self) {
    if (code == RD_KAFKA_RESP_ERR__TRANSPORT) return;  // of one broker; that of all is told too
    auto* const client = static_cast<Client*>(self);
    const std::lock_guard held(client->lock);
    client->problem = reason;
  }
  std::string take_problem() {
    const std::lock_guard held(lock);
    return std::exchange(problem, {});
  }
  ~Client() {
    if (handle == nullptr) return;
    rd_kafka_consumer_close(handle);
    rd_kafka_destroy(handle);
  }
};

KafkaConsumer::KafkaConsumer(std::unique_ptr<Client> client, std::string topic)
    : client_(std::move(client)), topic_(std::move(topic)) {}

KafkaConsumer::~KafkaConsumer() = default;

Result<std::unique_ptr<KafkaConsumer>> KafkaConsumer::open(const KafkaSettings& settings,
                                                           const std::string& topic) {
  auto conf = configuration(settings);
  if (!conf) return conf.error();
  auto client = std::make_unique<Client>();
  rd_kafka_conf_set_opaque(conf->get(), client.get());
  rd_kafka_conf_set_error_cb(conf->get(), &Client::on_error);
  rd_kafka_conf_set_log_cb(conf->get(), [](const rd_kafka_t*, int, const char*, const char*) {});
  std::array<char, kLongestWhy> why{};
  client->handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), why.data(), why.size());
  if (client->handle == nullptr) {
    return Error{ErrorKind::invalid_input, fmt::format("Kafka: {}", why.data())};
  }
  [[maybe_unused]] const rd_kafka_conf_t* const of_client = conf->release();
  rd_kafka_poll_set_consumer(client->handle);
  return std::unique_ptr<KafkaConsumer>(new KafkaConsumer(std::move(client), topic));
}

Result<std::optional<KafkaRecord>> KafkaConsumer::next(std::chrono::milliseconds patience) {
  if (!is_member_) {
    const Places wanted(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(wanted.get(), topic_.c_str(), RD_KAFKA_PARTITION_UA);
    const auto code = rd_kafka_subscribe(client_->handle, wanted.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return unavailable(code);
    is_member_ = true;
  }
  const Owned<rd_kafka_message_t> message(
      rd_kafka_consumer_poll(client_->handle, static_cast<int>(patience.count())));
  if (!message) {
    if (const std::string problem = client_->take_problem(); !problem.empty()) {
      return unavailable(RD_KAFKA_RESP_ERR__FAIL, problem);
    }
    return std::optional<KafkaRecord>();
  }
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* const said = rd_kafka_message_errstr(message.get());
    return unavailable(message->err, said == nullptr ? "" : said);
  }
  client_->take_problem();  // it is overcome
  KafkaRecord record{message->partition, message->offset, {}, {}};
  if (message->payload != nullptr) {
    record.value.emplace(static_cast<const char*>(message->payload), message->len);
  }
  rd_kafka_timestamp_type_t kind{};
  const std::int64_t millis = rd_kafka_message_timestamp(message.get(), &kind);
  if (kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && millis > 0) {
    record.at = Instant{std::chrono::milliseconds{millis}};
  }
  return std::optional(std::move(record));
}

Result<void> KafkaConsumer::commit(const std::map<std::int32_t, std::int64_t>& next) {
  const Places places(rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
  for (const auto& [partition, offset] : next) {
    rd_kafka_topic_partition_list_add(places.get(), topic_.c_str(), partition)->offset = offset;
  }
  const auto code = rd_kafka_commit(client_->handle, places.get(), 0);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Result<void>() : unavailable(code);
}

std::string KafkaConsumer::cluster() {
  char* const name = rd_kafka_clusterid(client_->handle, 0);
  if (name == nullptr) return "";
  std::string text(name);
  rd_kafka_mem_free(client_->handle, name);
  return text;
}

bool KafkaConsumer::is_lost() const {
  return rd_kafka_fatal_error(client_->handle, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::int64_t KafkaConsumer::behind() {
  rd_kafka_topic_partition_list_t* raw = nullptr;
  if (rd_kafka_assignment(client_->handle, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  const Places places(raw);
  if (rd_kafka_position(client_->handle, places.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  const Places unknown(rd_kafka_topic_partition_list_new(places->cnt));
  for (int at = 0; at < places->cnt; ++at) {
    const rd_kafka_topic_partition_t& place = places->elems[at];
    if (place.offset >= 0 || committed_.contains(place.partition)) continue;
    rd_kafka_topic_partition_list_add(unknown.get(), place.topic, place.partition);
  }
  constexpr int kShortlyMs = 1'000;
  if (unknown->cnt > 0 && rd_kafka_committed(client_->handle, unknown.get(), kShortlyMs) ==
                              RD_KAFKA_RESP_ERR_NO_ERROR) {
    for (int at = 0; at < unknown->cnt; ++at) {
      committed_[unknown->elems[at].partition] = unknown->elems[at].offset;
    }
  }
  std::int64_t behind = 0;
  for (int at = 0; at < places->cnt; ++at) {
    const rd_kafka_topic_partition_t& place = places->elems[at];
    std::int64_t first = 0;
    std::int64_t end = 0;
    if (rd_kafka_get_watermark_offsets(client_->handle, place.topic, place.partition, &first,
                                       &end) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      continue;
    }
    const std::int64_t next =
        place.offset >= 0 ? place.offset : std::max(committed_[place.partition], first);
    behind += std::max<std::int64_t>(end - next, 0);
  }
  return behind;
}

Result<std::vector<KafkaPartition>> KafkaConsumer::partitions() {
  const Owned<rd_kafka_topic_t> topic(rd_kafka_topic_new(client_->handle, topic_.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  const auto asked = rd_kafka_metadata(client_->handle, 0, topic.get(), &raw, kPatienceMs);
  if (asked != RD_KAFKA_RESP_ERR_NO_ERROR) return unavailable(asked, client_->take_problem());
  const Owned<const rd_kafka_metadata_t> metadata(raw);
  if (metadata->topic_cnt != 1 || metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Error{ErrorKind::not_found,
                 fmt::format("Kafka: topic {}: {}", topic_,
                             metadata->topic_cnt == 1 ? rd_kafka_err2str(metadata->topics[0].err)
                                                      : "there is none")};
  }
  const int count = metadata->topics[0].partition_cnt;
  const Places places(rd_kafka_topic_partition_list_new(count));
  for (int at = 0; at < count; ++at) {
    rd_kafka_topic_partition_list_add(places.get(), topic_.c_str(),
                                      metadata->topics[0].partitions[at].id);
  }
  const auto known = rd_kafka_committed(client_->handle, places.get(), kPatienceMs);
  if (known != RD_KAFKA_RESP_ERR_NO_ERROR) return unavailable(known, client_->take_problem());
  std::vector<KafkaPartition> partitions;
  for (int at = 0; at < count; ++at) {
    const rd_kafka_topic_partition_t& place = places->elems[at];
    KafkaPartition& partition = partitions.emplace_back();
    partition.number = place.partition;
    if (place.offset >= 0) partition.next = place.offset;
    const auto marks =
        rd_kafka_query_watermark_offsets(client_->handle, place.topic, place.partition,
                                         &partition.first, &partition.end, kPatienceMs);
    if (marks != RD_KAFKA_RESP_ERR_NO_ERROR) return unavailable(marks, client_->take_problem());
  }
  return partitions;
}

}  // namespace tidemark
