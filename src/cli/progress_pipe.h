#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

namespace tidemark {

/// Shows on this process's terminal the progress of a command that the server runs for it: the
/// server writes into a named pipe, which lies in a folder that this user alone can enter.
class ProgressPipe {
 public:
  /// Without a terminal there is none.
  ProgressPipe();
  /// Shows what is left, and takes the pipe away.
  ~ProgressPipe();
  ProgressPipe(const ProgressPipe&) = delete;
  ProgressPipe& operator=(const ProgressPipe&) = delete;

  /// Empty: none.
  std::string path() const { return reader_ < 0 ? "" : (folder_ / "progress").string(); }

 private:
  void show(const std::stop_token& stop) const;

  std::filesystem::path folder_;
  int reader_ = -1;
  int writer_ = -1;  // held open, so that the pipe does not end before the server opens it
  std::jthread thread_;
};

/// The other end, for whoever runs the command; null where there is no such pipe of the same user.
/// What does not fit into it is lost rather than waited for.
std::FILE* open_progress(const std::string& path);

}  // namespace tidemark
