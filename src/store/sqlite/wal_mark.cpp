#include "store/sqlite/wal_mark.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/damage_notes.h"
#include "base/sha256.h"

namespace tidemark::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::size_t kCheckBytes = 16;

using Salts = std::array<std::uint32_t, 2>;

fs::path with_ending(fs::path file, const char* ending) {
  file += ending;
  return file;
}

std::uint32_t word_at(std::string_view bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t byte = 0; byte < sizeof word; ++byte) {
    word = word << 8 | static_cast<unsigned char>(bytes[at + byte]);
  }
  return word;
}

/// The running checksum of a log: over pairs of words, whose order of bytes the header tells.
class Checksum {
 public:
  explicit Checksum(bool is_big_endian) : is_big_endian_(is_big_endian) {}

  void add(std::string_view bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first_ += word(bytes, at) + second_;
      second_ += word(bytes, at + 4) + first_;
    }
  }
  bool is(std::string_view bytes, std::size_t at) const {
    return word_at(bytes, at) == first_ && word_at(bytes, at + 4) == second_;
  }

 private:
  std::uint32_t word(std::string_view bytes, std::size_t at) const {
    const std::uint32_t big = word_at(bytes, at);
    return is_big_endian_ ? big : __builtin_bswap32(big);
  }

  bool is_big_endian_;
  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
};

/// How far a log can be read.
struct LogContents {
  bool has_header = false;  // a whole one
  Salts salts{};
  std::uint32_t frames = 0;  // whole ones, one after the other
};

LogContents contents_of(std::string_view log) {
  LogContents contents;
  if (log.size() < kHeaderBytes) return contents;
  Checksum sum((word_at(log, 0) & 1) != 0);
  sum.add(log.substr(0, kFrameHeaderBytes));
  const std::size_t page = word_at(log, 8);
  contents.has_header = sum.is(log, kFrameHeaderBytes) && page >= 512;
  if (!contents.has_header) return contents;
  contents.salts = {word_at(log, 16), word_at(log, 20)};
  for (std::size_t at = kHeaderBytes; at + kFrameHeaderBytes + page <= log.size();
       at += kFrameHeaderBytes + page) {
    const Salts salts{word_at(log, at + 8), word_at(log, at + 12)};
    sum.add(log.substr(at, 8));
    sum.add(log.substr(at + kFrameHeaderBytes, page));
    if (salts != contents.salts || !sum.is(log, at + 16)) break;
    ++contents.frames;
  }
  return contents;
}

struct Mark {
  Salts salts{};
  std::uint32_t frames = 0;
};

std::string text_of(const Mark& mark) {
  constexpr std::size_t kTextBytes = 64;
  std::string text = fmt::format("{} {} {} ", mark.salts[0], mark.salts[1], mark.frames);
  text += sha256(text).substr(0, kCheckBytes);
  text.resize(kTextBytes - 1, ' ');
  return text + "\n";
}

std::optional<Mark> read_mark(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line)) return std::nullopt;
  std::istringstream words(line);
  Mark mark;
  if (!(words >> mark.salts[0] >> mark.salts[1] >> mark.frames)) return std::nullopt;
  return text_of(mark) == line + "\n" ? std::optional(mark) : std::nullopt;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace

void note_durable_frames(const fs::path& database, std::uint32_t frames) {
  std::array<char, kHeaderBytes> header{};
  std::array<char, kFrameHeaderBytes> last{};
  const int log = open(with_ending(database, "-wal").c_str(), O_RDONLY | O_CLOEXEC);
  if (log < 0 || frames == 0) return;
  bool is_read = pread(log, header.data(), header.size(), 0) == std::ssize(header);
  const std::string_view begin(header.data(), header.size());
  const std::size_t page = word_at(begin, 8);
  const auto at = static_cast<off_t>(kHeaderBytes + (frames - 1) * (kFrameHeaderBytes + page));
  is_read = is_read && pread(log, last.data(), last.size(), at) == std::ssize(last);
  close(log);
  const std::string_view frame(last.data(), last.size());
  const Mark mark{{word_at(begin, 16), word_at(begin, 20)}, frames};
  // Another process may have begun the log anew since: then the frame is of another one.
  const bool is_of_log = word_at(frame, 8) == mark.salts[0] && word_at(frame, 12) == mark.salts[1];
  const bool is_commit = word_at(frame, 4) != 0;
  if (!is_read || !is_of_log || !is_commit) return;
  constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
  const int file =
      open(with_ending(database, ".durable").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return;
  const std::string text = text_of(mark);
  // One that is not written whole is none.
  [[maybe_unused]] const ssize_t written = pwrite(file, text.data(), text.size(), 0);
  close(file);
}

Result<void> check_durable_frames(const fs::path& database) {
  const auto mark = read_mark(with_ending(database, ".durable"));
  const fs::path log = with_ending(database, "-wal");
  if (!mark || mark->frames == 0) return {};
  const std::string bytes = bytes_of(log);
  if (bytes.empty()) return {};  // it was checkpointed and removed
  const LogContents contents = contents_of(bytes);
  // A log begun since then has other salts.
  const bool is_another = contents.has_header && contents.salts != mark->salts;
  if (is_another || contents.frames >= mark->frames) return {};
  return set_damaged_aside(
      database, log,
      fmt::format("{} of {} pages of committed changes cannot be read and are missing: keys, "
                  "people, destinations or deliveries of late may be as they were before; restore "
                  "a backup, or make these changes again",
                  mark->frames - contents.frames, mark->frames));
}

}  // namespace tidemark::sqlite
