#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http.h"

namespace tidemark {

struct HttpLimits {
  std::size_t body_bytes = std::size_t{20} << 20;
  std::size_t header_bytes = std::size_t{32} << 10;
  std::size_t connections = 20'000;
  int header_seconds = 60;  // until a request's header is there; also how long a connection idles
  int body_seconds = 60;    // until its body is there; likewise to take the answer
};

struct HttpCounts {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> connections{0};          // open now
  std::atomic<std::uint64_t> connections_refused{0};  // beyond the limit
  std::atomic<std::uint64_t> too_large{0};
  std::atomic<std::uint64_t> malformed{0};
  std::atomic<std::uint64_t> timed_out{0};
};

/// An HTTP/1.1 server: keeps connections alive, reads one request after the other from each, and
/// hands it to a handler.
class HttpServer {
 public:
  /// Listens at `address:port`, port 0 = any free. Fails with `unavailable` where it cannot.
  static Result<std::unique_ptr<HttpServer>> start(const std::string& address, std::uint16_t port,
                                                   unsigned threads, const HttpLimits& limits,
                                                   HandleRequest handle);
  /// Stops at once.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  const HttpCounts& counts() const;

  /// Takes no more connections, lets requests at hand be answered, and closes what idles. Returns
  /// when all are closed, or after so long.
  void drain(std::chrono::seconds most);

 private:
  struct Parts;  // keeps Boost out of this header

  explicit HttpServer(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace tidemark
