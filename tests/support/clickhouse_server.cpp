#include "tests/support/clickhouse_server.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "net/http_client.h"

namespace tidemark {
namespace {

constexpr const char* kProgram = "/usr/sbin/clickhouse-server";
/// Names the port of a server on loopback that is asked instead.
constexpr const char* kAnother = "TIDEMARK_CLICKHOUSE_PORT";

/// Ports that nobody listens on; all of them are held until all are chosen.
template <std::size_t count>
std::array<int, count> free_ports() {
  std::array<int, count> sockets{};
  std::array<int, count> ports{};
  for (std::size_t at = 0; at < count; ++at) {
    sockets[at] = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(sockets[at], reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    socklen_t size = sizeof(address);
    CHECK(getsockname(sockets[at], reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ports[at] = ntohs(address.sin_port);
  }
  for (const int one : sockets) close(one);
  return ports;
}

}  // namespace

bool ClickhouseServer::is_installed() {
  return std::getenv(kAnother) != nullptr || access(kProgram, X_OK) == 0;
}

ClickhouseServer::ClickhouseServer() {
  if (const char* port = std::getenv(kAnother); port != nullptr) {
    port_ = std::stoi(port);
    return;
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "tidemark-ch-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  const auto [http, native, between] = free_ports<3>();
  port_ = http;
  std::ofstream(folder_ / "users.xml")
      << "<yandex><profiles><default/></profiles><users><default><password></password><networks>"
         "<ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>"
         "</users><quotas><default/></quotas></yandex>";
  std::ofstream(folder_ / "config.xml") << fmt::format(
      "<yandex><logger><level>error</level><console>1</console></logger><http_port>{}</http_port>"
      "<tcp_port>{}</tcp_port><interserver_http_port>{}</interserver_http_port>"
      "<listen_host>127.0.0.1</listen_host><path>{}/data/</path><tmp_path>{}/tmp/</tmp_path>"
      "<users_config>users.xml</users_config><default_profile>default</default_profile>"
      "<default_database>default</default_database><mark_cache_size>67108864</mark_cache_size>"
      "</yandex>",
      http, native, between, folder_.string(), folder_.string());
  process_ = fork();
  if (process_ == 0) {
    const int log = open((folder_ / "log").c_str(), O_CREAT | O_WRONLY, S_IRUSR | S_IWUSR);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    const std::string config = "--config-file=" + (folder_ / "config.xml").string();
    CHECK(chdir(folder_.c_str()) == 0);
    execl(kProgram, kProgram, config.c_str(), nullptr);
    _exit(1);
  }
  constexpr std::chrono::milliseconds kBetweenLooks{50};
  constexpr int kLooks = 600;
  for (int look = 0;; ++look) {
    const auto answer =
        ask({.method = "GET", .url = fmt::format("http://127.0.0.1:{}/ping", port_), .bearer = ""});
    if (answer && answer->status == 200) return;
    CHECK(look < kLooks);
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

ClickhouseServer::~ClickhouseServer() {
  if (process_ == 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string ClickhouseServer::new_database() {
  static int databases = 0;  // also of a server that several ask
  const std::string name = fmt::format("tidemark_{}_{}", getpid(), ++databases);
  ClientRequest making{
      .method = "POST", .url = fmt::format("http://127.0.0.1:{}/", port_), .bearer = ""};
  making.body = "CREATE DATABASE " + name;
  const auto made = ask(making);
  CHECK(made && made->status == 200);
  return fmt::format("clickhouse://default@127.0.0.1:{}/{}", port_, name);
}

}  // namespace tidemark
