#include "net/http_server.h"

#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace tidemark {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Failure = beast::error_code;

// Beast begins with 512 bytes and would read a usual batch in many small steps.
constexpr std::size_t kFirstBuffer = std::size_t{64} << 10;

/// What connections share. Each connection lives on a strand of its own, the acceptor on another.
struct Service {
  HttpLimits limits;
  HandleRequest handle;
  HttpCounts counts;
  std::atomic<std::uint64_t> next_request{1};
  std::atomic<bool> is_draining{false};
  std::string name;  // makes request ids unique over restarts
};

/// With clients that take their time to send.
enum class Patience : std::uint8_t { left, over };

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, Service& service) : stream_(std::move(socket)), service_(service) {
    buffer_.reserve(kFirstBuffer);
    ++service_.counts.connections;
  }
  ~Connection() { --service_.counts.connections; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read_header(); });
  }

  /// Closes a connection that waits for its next request; another closes after its answer. With
  /// `Patience::over` one whose request has not arrived in full is closed, too.
  void drain(Patience patience) {
    asio::post(stream_.get_executor(), [self = shared_from_this(), patience] {
      if (self->is_idle_ || (patience == Patience::over && self->is_reading_)) self->close();
    });
  }

 private:
  void read_header() {
    parser_.emplace();
    parser_->body_limit(service_.limits.body_bytes);
    parser_->header_limit(static_cast<std::uint32_t>(service_.limits.header_bytes));
    stream_.expires_after(std::chrono::seconds{service_.limits.header_seconds});
    is_idle_ = true;
    is_reading_ = true;
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](Failure failure, std::size_t) {
                              self->is_idle_ = false;
                              self->read_body(failure);
                            });
  }

  void read_body(Failure failure) {
    if (failure) return end_reading(failure);
    stream_.expires_after(std::chrono::seconds{service_.limits.body_seconds});
    if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
      asio::async_write(stream_, asio::buffer(kGoOn),
                        [self = shared_from_this()](Failure problem, std::size_t) {
                          if (problem) return self->close();
                          self->read_rest();
                        });
      return;
    }
    read_rest();
  }

  void read_rest() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](Failure failure, std::size_t) {
                       if (failure) return self->end_reading(failure);
                       self->answer();
                     });
  }

  void end_reading(Failure failure) {
    if (failure == http::error::body_limit || failure == http::error::header_limit) {
      ++service_.counts.too_large;
      is_kept_alive_ = false;
      const bool is_body = failure == http::error::body_limit;
      return write(
          {is_body ? 413 : 431, "application/json",
           fmt::format(R"({{"error":"the {} is larger than {} bytes"}})",
                       is_body ? "body" : "header",
                       is_body ? service_.limits.body_bytes : service_.limits.header_bytes)});
    }
    if (failure == beast::error::timeout) {
      const bool has_begun = buffer_.size() > 0 || parser_->is_header_done();
      if (has_begun) ++service_.counts.timed_out;
      return close();
    }
    // Only what HTTP itself objects to deserves an answer; the other end is gone where it is not.
    const Failure bad = http::error::bad_method;
    if (failure == http::error::end_of_stream || failure == http::error::partial_message ||
        failure.category() != bad.category()) {
      return close();
    }
    ++service_.counts.malformed;
    is_kept_alive_ = false;
    write({400, "application/json", R"({"error":"this is no HTTP request"})"});
  }

  void answer() {
    ++service_.counts.requests;
    stream_.expires_never();
    auto message = parser_->release();
    is_reading_ = false;
    is_kept_alive_ = message.keep_alive() && !service_.is_draining;
    HttpRequest request;
    request.method = std::string(message.method_string());
    const std::string_view target(message.target().data(), message.target().size());
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    for (const auto& field : message) {
      request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.request_id = fmt::format("{}-{}", service_.name, service_.next_request++);
    is_head_ = message.method() == http::verb::head;
    const std::string id = request.request_id;
    service_.handle(std::move(request), [self = shared_from_this(), id](HttpReply reply) {
      reply.headers.emplace_back("X-Request-Id", id);
      asio::post(self->stream_.get_executor(),
                 [self, reply = std::move(reply)]() mutable { self->write(std::move(reply)); });
    });
  }

  void write(HttpReply reply) {
    response_.emplace();
    response_->result(static_cast<unsigned>(reply.status));
    response_->version(11);
    response_->keep_alive(is_kept_alive_);
    for (const auto& [name, value] : reply.headers) response_->insert(name, value);
    if (!reply.content_type.empty()) response_->set(http::field::content_type, reply.content_type);
    response_->body() = std::move(reply.body);
    response_->prepare_payload();
    if (is_head_) response_->body().clear();
    stream_.expires_after(std::chrono::seconds{service_.limits.body_seconds});
    http::async_write(stream_, *response_,
                      [self = shared_from_this()](Failure failure, std::size_t) {
                        self->response_.reset();
                        if (failure || !self->is_kept_alive_ || self->service_.is_draining)
                          return self->close();
                        self->read_header();
                      });
  }

  void close() {
    Failure ignored;
    ignored = stream_.socket().shutdown(Tcp::socket::shutdown_both, ignored);
    stream_.close();
  }

  beast::tcp_stream stream_;
  Service& service_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  bool is_kept_alive_ = true;
  bool is_head_ = false;
  bool is_idle_ = false;
  bool is_reading_ = false;
};

}  // namespace

struct HttpServer::Parts {
  explicit Parts(unsigned count) : io(static_cast<int>(count)), acceptor(asio::make_strand(io)) {}

  void accept() {
    acceptor.async_accept(asio::make_strand(io), [this](Failure failure, Tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (!failure) {
        if (service.counts.connections >= service.limits.connections) {
          ++service.counts.connections_refused;
          failure = socket.close(failure);
        } else {
          failure = socket.set_option(Tcp::no_delay(true), failure);
          const auto connection = std::make_shared<Connection>(std::move(socket), service);
          {
            const std::scoped_lock lock(connections_lock);
            if (connections.size() > 64 + 2 * service.counts.connections) {
              std::erase_if(connections, [&](const auto& other) { return other.expired(); });
            }
            connections.push_back(connection);
          }
          connection->start();
        }
      }
      accept();
    });
  }

  asio::io_context io;
  // Without connections there would be nothing left to do, and what is asked of one that just ends
  // would never be done.
  asio::executor_work_guard<asio::io_context::executor_type> goes_on{io.get_executor()};
  Tcp::acceptor acceptor;
  Service service;
  std::mutex connections_lock;
  std::vector<std::weak_ptr<Connection>> connections;
  std::uint16_t port = 0;
  std::vector<std::jthread> threads;
};

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const std::string& address,
                                                      std::uint16_t port, unsigned threads,
                                                      const HttpLimits& limits,
                                                      HandleRequest handle) {
  auto parts = std::make_unique<Parts>(threads);
  parts->service.limits = limits;
  parts->service.handle = std::move(handle);
  parts->service.name =
      fmt::format("{:x}", std::chrono::steady_clock::now().time_since_epoch().count() & 0xFFFFFFFF);
  Failure failure;
  const auto ip = asio::ip::make_address(address, failure);
  if (failure) {
    return Error{ErrorKind::invalid_input, fmt::format("{} is no IP address", address)};
  }
  const Tcp::endpoint endpoint(ip, port);
  failure = parts->acceptor.open(endpoint.protocol(), failure);
  if (!failure) {
    failure = parts->acceptor.set_option(asio::socket_base::reuse_address(true), failure);
  }
  if (!failure) failure = parts->acceptor.bind(endpoint, failure);
  if (!failure) {
    failure = parts->acceptor.listen(asio::socket_base::max_listen_connections, failure);
  }
  if (failure) {
    return Error{ErrorKind::unavailable,
                 fmt::format("{}:{} cannot be listened at: {}", address, port, failure.message())};
  }
  parts->port = parts->acceptor.local_endpoint(failure).port();
  parts->accept();
  for (unsigned thread = 0; thread < threads; ++thread) {
    parts->threads.emplace_back([raw = parts.get()] { raw->io.run(); });
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(parts)));
}

HttpServer::~HttpServer() {
  parts_->io.stop();
  parts_->threads.clear();
}

std::uint16_t HttpServer::port() const { return parts_->port; }

const HttpCounts& HttpServer::counts() const { return parts_->service.counts; }

void HttpServer::drain(std::chrono::seconds most) {
  parts_->service.is_draining = true;
  // All threads may be held by slow requests: then it is closed once one of them is free.
  const auto closed = std::make_shared<std::promise<void>>();
  asio::post(parts_->acceptor.get_executor(), [raw = parts_.get(), closed] {
    Failure ignored;
    ignored = raw->acceptor.close(ignored);
    closed->set_value();
  });
  closed->get_future().wait_for(std::min(most, std::chrono::seconds{1}));
  const auto tenths = most / std::chrono::milliseconds{100};
  constexpr auto kPatience = 10;  // tenths of a second
  for (auto tenth = 0; tenth < tenths && parts_->service.counts.connections > 0; ++tenth) {
    {
      const std::scoped_lock lock(parts_->connections_lock);
      for (const auto& connection : parts_->connections) {
        if (const auto open = connection.lock())
          open->drain(tenth < kPatience ? Patience::left : Patience::over);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

}  // namespace tidemark
