#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace tidemark {

/// Debian's clickhouse-server with settings and data of its own, on free ports of loopback; stopped
/// with its owner. Where TIDEMARK_CLICKHOUSE_PORT is set, the server there instead.
class ClickhouseServer {
 public:
  static bool is_installed();

  ClickhouseServer();
  ~ClickhouseServer();
  ClickhouseServer(const ClickhouseServer&) = delete;
  ClickhouseServer& operator=(const ClickhouseServer&) = delete;

  /// An address of a new, empty database.
  std::string new_database();

 private:
  std::filesystem::path folder_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace tidemark
