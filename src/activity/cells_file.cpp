#include "activity/cells_file.h"

#include <cstdio>
#include <memory>
#include <string>

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

// The file: the size and hash of the head, the head, the words.
// The head: a name of the format, the key, the numbers of all that follows, the kinds, the extents,
// and the hash of each chunk of words, so that chunks are read and checked on several cores.
namespace tidemark {
namespace {

constexpr std::string_view kFormat = "tidemark cells 1";
constexpr std::size_t kChunkWords = std::size_t{1} << 22;

std::size_t chunks_of(std::size_t words) { return (words + kChunkWords - 1) / kChunkWords; }

template <class Value>
void put(std::string& head, const Value& value) {
  static_assert(std::is_trivially_copyable_v<Value>);
  head.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <class Value>
void put_all(std::string& head, std::span<const Value> values) {
  put(head, std::uint64_t{values.size()});
  head.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

/// Takes values off the front of a head; fails for good where there are too few bytes.
class HeadReader {
 public:
  explicit HeadReader(std::string_view head) : rest_(head) {}

  template <class Value>
  Value take() {
    Value value{};
    if (rest_.size() < sizeof(value)) has_failed_ = true;
    if (has_failed_) return value;
    rest_.copy(reinterpret_cast<char*>(&value), sizeof(value));
    rest_.remove_prefix(sizeof(value));
    return value;
  }

  template <class Value>
  std::vector<Value> take_all() {
    const auto count = take<std::uint64_t>();
    if (has_failed_ || count > rest_.size() / sizeof(Value)) {
      has_failed_ = true;
      return {};
    }
    std::vector<Value> values(count);
    rest_.copy(reinterpret_cast<char*>(values.data()), count * sizeof(Value));
    rest_.remove_prefix(count * sizeof(Value));
    return values;
  }

  bool is_read() const { return !has_failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool has_failed_ = false;
};

std::uint64_t hash_of(std::span<const std::uint32_t> words) {
  return XXH3_64bits(words.data(), words.size_bytes());
}

std::span<const std::uint32_t> chunk_of(std::span<const std::uint32_t> words, std::size_t chunk) {
  const std::size_t begin = chunk * kChunkWords;
  return words.subspan(begin, std::min(kChunkWords, words.size() - begin));
}

/// An open file, closed with it.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& file, int flags) : raw_(open(file.c_str(), flags, 0600)) {}
  ~OpenFile() {
    if (raw_ >= 0) close(raw_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool is_open() const { return raw_ >= 0; }

  bool write_all(const void* data, std::size_t size) const {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t written = write(raw_, at, size);
      if (written <= 0) return false;
      at += written;
      size -= static_cast<std::size_t>(written);
    }
    return true;
  }

  bool read_all(void* data, std::size_t size, std::size_t from) const {
    char* at = static_cast<char*>(data);
    while (size > 0) {
      const ssize_t count = pread(raw_, at, size, static_cast<off_t>(from));
      if (count <= 0) return false;
      at += count;
      from += static_cast<std::size_t>(count);
      size -= static_cast<std::size_t>(count);
    }
    return true;
  }

 private:
  int raw_;
};

/// A kind without padding.
struct StoredKind {
  std::uint32_t signal = 0;
  std::uint32_t count = 0;
};

std::vector<StoredKind> stored_kinds(std::span<const DayKind> kinds) {
  std::vector<StoredKind> stored;
  for (const DayKind& kind : kinds) stored.push_back({kind.signal, kind.count});
  return stored;
}

struct Preamble {
  std::uint64_t head_size = 0;
  std::uint64_t head_hash = 0;
};

std::string head_of(std::string_view key, const History::PartsView& parts) {
  std::string head;
  put_all(head, std::span(kFormat));
  put_all(head, std::span(key));
  put(head, std::uint64_t{parts.words.size()});
  put(head, parts.cells);
  put(head, parts.days);
  put_all(head, std::span<const StoredKind>(stored_kinds(parts.kinds)));
  put_all(head, parts.extents);
  std::vector<std::uint64_t> hashes;
  for (std::size_t chunk = 0; chunk < chunks_of(parts.words.size()); ++chunk) {
    hashes.push_back(hash_of(chunk_of(parts.words, chunk)));
  }
  put_all(head, std::span<const std::uint64_t>(hashes));
  return head;
}

}  // namespace

bool write_cells(const std::filesystem::path& file, std::string_view key, const History& history) {
  const History::PartsView parts = history.parts();
  const std::string head = head_of(key, parts);
  const Preamble preamble{head.size(), XXH3_64bits(head.data(), head.size())};
  std::filesystem::path draft = file;
  draft += ".new";
  std::error_code problem;
  {
    const OpenFile out(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    const bool is_written = out.is_open() && out.write_all(&preamble, sizeof(preamble)) &&
                            out.write_all(head.data(), head.size()) &&
                            out.write_all(parts.words.data(), parts.words.size_bytes());
    if (!is_written) {
      std::filesystem::remove(draft, problem);
      return false;
    }
  }
  // Not forced to the disk: a file that a power cut spoilt is noticed by its hashes.
  std::filesystem::rename(draft, file, problem);
  return !problem;
}

std::optional<History> read_cells(const std::filesystem::path& file, std::string_view key,
                                  const Cores& cores) {
  const OpenFile in(file, O_RDONLY | O_CLOEXEC);
  std::error_code problem;
  const std::uintmax_t size = std::filesystem::file_size(file, problem);
  Preamble preamble;
  if (!in.is_open() || problem || !in.read_all(&preamble, sizeof(preamble), 0) ||
      preamble.head_size > size) {
    return std::nullopt;
  }
  std::string head(preamble.head_size, '\0');
  if (!in.read_all(head.data(), head.size(), sizeof(preamble)) ||
      XXH3_64bits(head.data(), head.size()) != preamble.head_hash) {
    return std::nullopt;
  }
  HeadReader reader(head);
  const std::vector<char> format = reader.take_all<char>();
  const std::vector<char> found_key = reader.take_all<char>();
  HistoryParts parts;
  const auto words = reader.take<std::uint64_t>();
  parts.cells = reader.take<std::uint64_t>();
  parts.days = reader.take<DayRange>();
  for (const StoredKind& kind : reader.take_all<StoredKind>()) {
    parts.kinds.push_back({static_cast<SignalNumber>(kind.signal), kind.count});
  }
  parts.extents = reader.take_all<HistoryExtent>();
  const auto hashes = reader.take_all<std::uint64_t>();
  const std::size_t begin = sizeof(preamble) + head.size();
  if (!reader.is_read() || std::string_view(format.data(), format.size()) != kFormat ||
      std::string_view(found_key.data(), found_key.size()) != key ||
      size - begin != words * sizeof(std::uint32_t) || hashes.size() != chunks_of(words)) {
    return std::nullopt;
  }
  parts.words.resize(words);
  std::vector<std::uint8_t> is_sound(hashes.size());
  cores.for_ranges(hashes.size(), 1, [&](std::size_t chunk, std::size_t, unsigned) {
    const auto target = chunk_of(parts.words, chunk);
    is_sound[chunk] = in.read_all(parts.words.data() + chunk * kChunkWords, target.size_bytes(),
                                  begin + chunk * kChunkWords * sizeof(std::uint32_t)) &&
                      hash_of(target) == hashes[chunk];
  });
  if (std::ranges::find(is_sound, 0) != is_sound.end()) return std::nullopt;
  return History::of(std::move(parts));
}

}  // namespace tidemark
