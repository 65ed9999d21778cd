#pragma once

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace tidemark::bench {

/// A connection to a server on this machine that is kept and carries one request after the other.
class Connection {
 public:
  explicit Connection(std::uint16_t port) {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    CHECK(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends a whole request, reads the whole answer, and returns its status.
  int ask(std::string_view request) {
    for (std::size_t at = 0; at < request.size();) {
      const auto sent = ::send(socket_, &request[at], request.size() - at, MSG_NOSIGNAL);
      CHECK(sent > 0);
      at += static_cast<std::size_t>(sent);
    }
    answer_.clear();
    std::array<char, 65'536> part{};
    for (;;) {
      const auto got = recv(socket_, part.data(), part.size(), 0);
      CHECK(got > 0);
      answer_.append(part.data(), static_cast<std::size_t>(got));
      const auto length = answer_.find("Content-Length: ");
      const auto end = answer_.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const auto expected = end + 4 + static_cast<std::size_t>(std::atoi(&answer_[length + 16]));
      if (answer_.size() >= expected) return std::atoi(&answer_[9]);
    }
  }

  /// The last answer, with its header.
  const std::string& answer() const { return answer_; }

 private:
  int socket_;
  std::string answer_;
};

}  // namespace tidemark::bench
