#include "cli/progress_pipe.h"

#include <array>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidemark {

ProgressPipe::ProgressPipe() {
  if (isatty(STDERR_FILENO) == 0) return;
  std::error_code failure;
  std::string folder = (std::filesystem::temp_directory_path(failure) / "tidemark-XXXXXX").string();
  if (failure || mkdtemp(folder.data()) == nullptr) return;
  folder_ = folder;
  const std::string pipe = (folder_ / "progress").string();
  if (mkfifo(pipe.c_str(), S_IRUSR | S_IWUSR) != 0) return;
  reader_ = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  writer_ = open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  thread_ = std::jthread([this](const std::stop_token& stop) { show(stop); });
}

ProgressPipe::~ProgressPipe() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  for (const int end : {reader_, writer_}) {
    if (end >= 0) close(end);
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void ProgressPipe::show(const std::stop_token& stop) const {
  constexpr int kLookMillis = 100;
  std::array<char, 4096> bytes{};
  for (;;) {
    const bool is_over = stop.stop_requested();
    pollfd waiting{reader_, POLLIN, 0};
    if (!is_over) poll(&waiting, 1, kLookMillis);
    const ssize_t count = read(reader_, bytes.data(), bytes.size());
    if (count > 0) {
      [[maybe_unused]] const ssize_t shown =
          write(STDERR_FILENO, bytes.data(), static_cast<std::size_t>(count));
    } else if (is_over) {
      return;
    }
  }
}

std::FILE* open_progress(const std::string& path) {
  if (path.empty()) return nullptr;
  const int pipe = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (pipe < 0) return nullptr;
  struct stat what{};
  const bool is_ours =
      fstat(pipe, &what) == 0 && S_ISFIFO(what.st_mode) && what.st_uid == geteuid();
  std::FILE* const file = is_ours ? fdopen(pipe, "w") : nullptr;
  if (file == nullptr) close(pipe);
  return file;
}

}  // namespace tidemark
