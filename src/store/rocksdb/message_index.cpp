#include "store/rocksdb/message_index.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <future>

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <boost/unordered/unordered_flat_set.hpp>

#include "store/rocksdb/quiet_files.h"

namespace tidemark {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{256} << 20;
constexpr double kFilterBits = 14;
// Of a filter's part that is read at once. Smaller ones make the search among them the dearer part
// of a look-up, larger ones are dear to read where the cache does not hold all.
constexpr std::size_t kFilterPartBytes = std::size_t{16} << 10;

using Key = std::array<char, 16>;

/// Sorts before every message's key.
constexpr std::string_view kStateKey{"\0", 1};

/// Big-endian, so that keys sort as the numbers do.
Key key_of(Wide message) {
  Key key;
  for (std::size_t at = 0; at < key.size(); ++at) {
    key[key.size() - 1 - at] = static_cast<char>(message >> (8 * at));
  }
  return key;
}

rocksdb::Slice slice_of(const Key& key) { return {key.data(), key.size()}; }

Error index_error(const rocksdb::Status& status) {
  return Error{
      ErrorKind::unavailable,
      fmt::format("the index of message ids failed: {}; {}", status.ToString(),
                  status.IsIOError() ? "is the disk full?"
                                     : "the folder messages may be deleted and is then made "
                                       "again from the events")};
}

struct HashOfMessage {
  std::size_t operator()(Wide message) const { return static_cast<std::size_t>(message); }
};

/// Its own log of what it does is a file too, and of no use here.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options options_of(rocksdb::Env* env) {
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBits));
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = kFilterPartBytes;
  table.cache_index_and_filter_blocks = true;
  table.block_cache = rocksdb::NewLRUCache(kCacheBytes);
  rocksdb::Options options;
  options.env = env;
  options.create_if_missing = true;
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.compression = rocksdb::kNoCompression;  // hashes have nothing to compress
  options.max_open_files = 256;
  options.max_background_jobs = 2;
  options.info_log = std::make_shared<NoLog>();
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

struct MessageIndex::Files {
  std::unique_ptr<rocksdb::Env> memory;  // where there is no folder
  QuietFiles disk;                       // else
  std::string folder;
  rocksdb::Options options;
  std::unique_ptr<rocksdb::DB> database;
  using Messages = boost::unordered_flat_set<Wide, HashOfMessage>;
  Messages recent;
  Messages leaving;  // on their way to a file
  std::future<Result<void>> writing;

  Result<void> open() {
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, folder, &raw);
    database.reset(raw);
    if (!status.ok()) return index_error(status);
    return check_disk();
  }

  /// Fails where a write has failed since it was opened: nobody knows what the files hold then.
  Result<void> check_disk() const {
    if (disk.failures() == 0) return {};
    return index_error(rocksdb::Status::IOError("a write to " + folder + " failed"));
  }

  /// Writes those that leave; `state` says which batches the file completes. Beside it the
  /// messages are only read.
  Result<void> write_leaving(const std::string& state) const {
    std::vector<Wide> messages(leaving.begin(), leaving.end());
    std::ranges::sort(messages);
    rocksdb::SstFileWriter file(rocksdb::EnvOptions(), options);
    const std::string name = folder + "/recent";
    rocksdb::Status status = file.Open(name);
    if (status.ok()) status = file.Put({kStateKey.data(), kStateKey.size()}, state);
    for (std::size_t at = 0; status.ok() && at < messages.size(); ++at) {
      status = file.Put(slice_of(key_of(messages[at])), rocksdb::Slice());
    }
    if (status.ok()) status = file.Finish();
    rocksdb::IngestExternalFileOptions into;
    into.move_files = true;
    if (status.ok()) status = database->IngestExternalFile({name}, into);
    if (!status.ok()) return index_error(status);
    return check_disk();
  }

  /// What is not written yet stays in memory and is written with what leaves next.
  Result<void> end_writing() {
    if (!writing.valid()) return {};
    auto written = writing.get();
    if (!written) recent.merge(leaving);
    leaving = {};
    return written;
  }
};

MessageIndex::MessageIndex(std::unique_ptr<Files> files, std::size_t most_recent)
    : files_(std::move(files)), most_recent_(most_recent) {}

MessageIndex::~MessageIndex() = default;

Result<std::unique_ptr<MessageIndex>> MessageIndex::open(const std::filesystem::path& folder,
                                                         std::size_t most_recent) {
  auto files = std::make_unique<Files>();
  if (folder.empty()) files->memory.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  files->folder = folder.empty() ? "/messages" : folder.string();
  files->options = options_of(folder.empty() ? files->memory.get() : files->disk.env());
  if (auto opened = files->open(); !opened) {
    if (auto can_write = files->check_disk(); !can_write) return can_write.error();
    // It is only an index: one that is broken is made anew.
    if (const auto gone = rocksdb::DestroyDB(files->folder, files->options); !gone.ok()) {
      return index_error(gone);
    }
    if (opened = files->open(); !opened) return opened.error();
  }
  std::string state;
  const auto found =
      files->database->Get(rocksdb::ReadOptions(), {kStateKey.data(), kStateKey.size()}, &state);
  std::unique_ptr<MessageIndex> index(new MessageIndex(std::move(files), most_recent));
  // "<batch> <log>"
  if (const auto space = state.find(' '); found.ok() && space != std::string::npos) {
    index->batch_ = std::stoull(state.substr(0, space));
    index->log_ = state.substr(space + 1);
  }
  return index;
}

Result<void> MessageIndex::begin(const std::string& log) {
  // Whether it could be written or not, it goes.
  [[maybe_unused]] const auto ended = files_->end_writing();
  files_->recent.clear();
  files_->database.reset();
  if (const auto gone = rocksdb::DestroyDB(files_->folder, files_->options); !gone.ok()) {
    return index_error(gone);
  }
  if (auto opened = files_->open(); !opened) return opened;
  log_ = log;
  batch_ = 0;
  is_damaged_ = false;
  return {};
}

Result<std::vector<bool>> MessageIndex::known(std::span<const Wide> messages) const {
  std::vector<bool> known(messages.size());
  std::vector<std::pair<Wide, std::size_t>> asked;  // that only files may know, with their rows
  for (std::size_t row = 0; row < messages.size(); ++row) {
    if (messages[row] == 0) continue;
    known[row] = files_->recent.contains(messages[row]) || files_->leaving.contains(messages[row]);
    if (!known[row]) asked.emplace_back(messages[row], row);
  }
  std::ranges::sort(asked);
  // The library keeps some hundred bytes for each key of a call: of many at once it would use more
  // memory than the cache holds.
  constexpr std::size_t kAtOnce = 1024;
  std::vector<Key> keys(kAtOnce);
  std::vector<rocksdb::Slice> slices(kAtOnce);
  std::vector<rocksdb::PinnableSlice> values(kAtOnce);
  std::vector<rocksdb::Status> states(kAtOnce);
  for (std::size_t first = 0; first < asked.size(); first += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, asked.size() - first);
    for (std::size_t at = 0; at < count; ++at) {
      keys[at] = key_of(asked[first + at].first);
      slices[at] = slice_of(keys[at]);
      values[at].Reset();
    }
    files_->database->MultiGet(rocksdb::ReadOptions(), files_->database->DefaultColumnFamily(),
                               count, slices.data(), values.data(), states.data(), true);
    for (std::size_t at = 0; at < count; ++at) {
      if (!states[at].ok() && !states[at].IsNotFound()) {
        is_damaged_ = states[at].IsCorruption();
        return index_error(states[at]);
      }
      const auto& [message, row] = asked[first + at];
      const bool is_repeated = first + at > 0 && asked[first + at - 1].first == message;
      known[row] = is_repeated || states[at].ok();
    }
  }
  return known;
}

Result<void> MessageIndex::add(std::span<const Wide> messages, std::uint64_t batch) {
  using namespace std::chrono_literals;
  Files& files = *files_;
  if (files.writing.valid() && files.writing.wait_for(0s) == std::future_status::ready) {
    if (auto ended = files.end_writing(); !ended) return ended;
  }
  for (const Wide message : messages) {
    if (message != 0) files.recent.insert(message);
    if (files.recent.size() < most_recent_) continue;
    if (auto ended = files.end_writing(); !ended) return ended;
    std::swap(files.recent, files.leaving);
    // Part of a batch: the one before is the last that is whole.
    files.writing =
        std::async(std::launch::async, [&files, state = fmt::format("{} {}", batch_, log_)] {
          return files.write_leaving(state);
        });
  }
  batch_ = batch;
  return {};
}

}  // namespace tidemark
