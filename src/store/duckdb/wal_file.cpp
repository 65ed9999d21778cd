#include "store/duckdb/wal_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"

namespace tidemark::duck {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHeader = "\x64\x00\x62\x65\x00\x02\xff\xff"sv;
constexpr std::string_view kHeaderOfAnyVersion = kHeader.substr(0, 5);
constexpr std::string_view kFlush = "\x64\x00\x64\xff\xff"sv;
constexpr std::string_view kCheckpoint = "\x64\x00\x63"sv;
constexpr std::size_t kLengthAndChecksum = 16;

std::uint64_t word_at(std::string_view bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

/// Of fewer than eight bytes: MurmurHash64A, as DuckDB has it.
std::uint64_t checksum_of_rest(std::string_view bytes) {
  constexpr std::uint64_t kMultiplier = 0xc6a4a7935bd1e995;
  constexpr int kShift = 47;
  std::uint64_t hash = 0xe17a1465 ^ (bytes.size() * kMultiplier);
  for (std::size_t at = bytes.size(); at-- > 0;) {
    hash ^= std::uint64_t{static_cast<unsigned char>(bytes[at])} << (8 * at);
  }
  hash *= kMultiplier;
  hash ^= hash >> kShift;
  hash *= kMultiplier;
  return hash ^ (hash >> kShift);
}

std::uint64_t checksum(std::string_view bytes) {
  constexpr std::uint64_t kMultiplier = 0xbf58476d1ce4e5b9;
  std::uint64_t sum = 5381;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= bytes.size(); at += sizeof(std::uint64_t)) {
    sum ^= word_at(bytes, at) * kMultiplier;
  }
  return at < bytes.size() ? sum ^ checksum_of_rest(bytes.substr(at)) : sum;
}

/// The payload of the entry at this place; none where none can be read.
std::string_view payload_at(std::string_view log, std::size_t at) {
  if (log.size() - at < kLengthAndChecksum) return {};
  const std::uint64_t length = word_at(log, at);
  if (length == 0 || length > log.size() - at - kLengthAndChecksum) return {};
  const std::string_view payload = log.substr(at + kLengthAndChecksum, length);
  return checksum(payload) == word_at(log, at + sizeof length) ? payload : std::string_view{};
}

bool has_transaction_and_more(std::string_view rest) {
  std::string flush(kLengthAndChecksum, '\0');
  const std::uint64_t length = kFlush.size();
  const std::uint64_t sum = checksum(kFlush);
  std::memcpy(flush.data(), &length, sizeof length);
  std::memcpy(flush.data() + sizeof length, &sum, sizeof sum);
  flush += kFlush;
  const auto found = rest.find(flush);
  return found != std::string_view::npos && found + flush.size() < rest.size();
}

WalContents contents_of(std::string_view log) {
  WalContents contents;
  contents.bytes = log.size();
  const bool has_header = log.starts_with(kHeader);
  if (!has_header && log.size() > kHeader.size()) {
    if (!payload_at(log, kHeader.size()).empty()) {
      contents.has_damaged_header = true;
    } else if (log.starts_with(kHeaderOfAnyVersion)) {
      contents.is_known_format = false;
      return contents;
    }
  }
  std::size_t at = std::min(kHeader.size(), log.size());
  if (has_header) contents.whole_bytes = at;
  while (at < log.size()) {
    const std::string_view payload = payload_at(log, at);
    if (payload.empty()) break;
    at += kLengthAndChecksum + payload.size();
    if (payload == kFlush) contents.whole_bytes = at;
    if (payload.starts_with(kCheckpoint)) contents.has_checkpoint = true;
  }
  contents.has_later_transactions = at < log.size() && has_transaction_and_more(log.substr(at));
  return contents;
}

}  // namespace

Result<WalContents> read_wal(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return WalContents{};
  struct Close {
    int file;
    ~Close() {
      if (file >= 0) close(file);
    }
  } const closing{file};
  const auto failure = [&] {
    return Error{ErrorKind::unavailable,
                 fmt::format("{} cannot be read: {}", path.string(), std::strerror(errno))};
  };
  struct stat state{};
  if (file < 0 || fstat(file, &state) != 0) return failure();
  if (state.st_size == 0) return WalContents{};
  const auto bytes = static_cast<std::size_t>(state.st_size);
  void* const mapped = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped == MAP_FAILED) return failure();
  const WalContents contents = contents_of({static_cast<const char*>(mapped), bytes});
  munmap(mapped, bytes);
  return contents;
}

std::string fingerprint(const std::filesystem::path& file, std::uint64_t bytes) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(bytes, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(bytes));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  return text.empty() ? std::string() : sha256(text).substr(0, 32);
}

std::string_view wal_header() { return kHeader; }

}  // namespace tidemark::duck
