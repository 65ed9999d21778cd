#include "base/durable_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidemark {
namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(file) == 0;
}

/// That the file has its name is known to the folder alone.
void settle_folder(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  fsync(opened);
  close(opened);
}

}  // namespace

Result<void> write_durably(const std::filesystem::path& file, std::string_view text) {
  auto draft = file;
  draft += ".new";
  constexpr mode_t kReadable = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
  const int opened = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kReadable);
  bool is_done = opened >= 0 && write_all(opened, text);
  int problem = errno;
  if (opened >= 0) close(opened);
  if (is_done && rename(draft.c_str(), file.c_str()) != 0) {
    is_done = false;
    problem = errno;
  }
  if (!is_done) {
    return Error{ErrorKind::unavailable,
                 fmt::format("{} cannot be written: {}", file.string(), std::strerror(problem))};
  }
  settle_folder(file);
  return {};
}

}  // namespace tidemark
