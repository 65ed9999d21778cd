#include "store/duckdb/durable_mark.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "store/duckdb/wal_file.h"

namespace tidemark::duck {
namespace {

constexpr std::uint64_t kFingerprintBytes = 512;
constexpr std::size_t kCheckBytes = 16;
constexpr std::size_t kTextBytes = 256;

std::filesystem::path with_ending(std::filesystem::path file, const char* ending) {
  file += ending;
  return file;
}

std::string text_of(const DurableState& state) {
  // A fingerprint that is not there is written as a dash.
  const auto word = [](const std::string& text) { return text.empty() ? "-" : text.c_str(); };
  std::string text =
      fmt::format("{} {} {} {} {} ", state.iteration, state.bytes, state.fingerprint_bytes,
                  word(state.fingerprint), word(state.previous));
  text += sha256(text).substr(0, kCheckBytes);
  text.resize(kTextBytes - 1, ' ');
  return text + "\n";
}

}  // namespace

std::optional<std::uint64_t> checkpoint_iteration(int file) {
  // After the main header of 4,096 bytes come two more; each begins with its checksum and its
  // iteration. DuckDB goes by the newer one.
  constexpr off_t kHeaderBytes = 4096;
  std::optional<std::uint64_t> newest;
  for (const off_t at : {kHeaderBytes, 2 * kHeaderBytes}) {
    std::array<std::uint64_t, 2> words{};
    if (pread(file, words.data(), sizeof words, at) == sizeof words) {
      newest = std::max(newest.value_or(0), words[1]);
    }
  }
  return newest;
}

DurableMark::DurableMark(std::filesystem::path database) : database_(std::move(database)) {
  state_ = read(database_).value_or(DurableState{});
  opened_ = open(database_.c_str(), O_RDONLY | O_CLOEXEC);
}

DurableMark::~DurableMark() {
  for (const int file : {file_, opened_}) {
    if (file >= 0) close(file);
  }
}

void DurableMark::write(const std::filesystem::path& database, const DurableState& state) {
  std::ofstream stream(file_of(database), std::ios::binary | std::ios::trunc);
  stream << text_of(state);
}

std::filesystem::path DurableMark::file_of(const std::filesystem::path& database) {
  return with_ending(database, ".durable");
}

std::optional<DurableState> DurableMark::read(const std::filesystem::path& database) {
  std::ifstream stream(file_of(database));
  std::string line;
  if (!std::getline(stream, line)) return std::nullopt;
  std::istringstream words(line);
  DurableState state;
  std::string check;
  if (!(words >> state.iteration >> state.bytes >> state.fingerprint_bytes >> state.fingerprint >>
        state.previous >> check)) {
    return std::nullopt;
  }
  for (std::string* text : {&state.fingerprint, &state.previous}) {
    if (*text == "-") text->clear();
  }
  return text_of(state) == line + "\n" ? std::optional(state) : std::nullopt;
}

Result<void> DurableMark::note() {
  const auto log = with_ending(database_, ".wal");
  struct stat file{};
  if (opened_ >= 0 && fstat(opened_, &file) == 0 && file.st_nlink == 0) {
    return Error{ErrorKind::corrupt_data,
                 fmt::format("{} was deleted while it was open", database_.string())};
  }
  // While a checkpoint goes on in another thread, commits go into a log of their own.
  struct stat status{};
  if (stat(with_ending(database_, ".wal.checkpoint").c_str(), &status) == 0) return {};
  const auto before = checkpoint_iteration(opened_);
  const bool has_log = stat(log.c_str(), &status) == 0;
  DurableState state = state_;
  state.bytes = has_log ? static_cast<std::uint64_t>(status.st_size) : 0;
  const auto iteration = checkpoint_iteration(opened_);
  if (!before || before != iteration) return {};
  state.iteration = *iteration;
  if (state.iteration == state_.iteration && state.bytes < state_.bytes) {
    return Error{ErrorKind::corrupt_data,
                 fmt::format("{} was deleted or cut while it was open", log.string())};
  }
  const bool is_another = state.iteration != state_.iteration;
  if (is_another && !state.fingerprint.empty()) state.previous = state.fingerprint;
  const std::uint64_t wanted = std::min(kFingerprintBytes, state.bytes);
  if (is_another || wanted != state.fingerprint_bytes) {
    state.fingerprint_bytes = wanted;
    state.fingerprint = wanted == 0 ? std::string() : duck::fingerprint(log, wanted);
  }
  if (state == state_) return {};
  if (file_ < 0) {
    constexpr mode_t kReadable = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
    file_ = open(file_of(database_).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kReadable);
  }
  const std::string text = text_of(state);
  // A state that cannot be written stays the one before: that tells less, and nothing wrong.
  if (file_ < 0 || pwrite(file_, text.data(), text.size(), 0) != std::ssize(text)) return {};
  state_ = std::move(state);
  return {};
}

}  // namespace tidemark::duck
