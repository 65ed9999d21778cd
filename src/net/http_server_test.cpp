#include "net/http_server.h"

#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/http_client.h"

namespace tidemark {
namespace {

std::unique_ptr<HttpServer> server_of(HandleRequest handle, const HttpLimits& limits = {}) {
  return *HttpServer::start("127.0.0.1", 0, 2, limits, std::move(handle));
}

Result<HttpReply> post(const HttpServer& server, std::string body) {
  return ask({.method = "POST",
              .url = fmt::format("http://127.0.0.1:{}/path?a=1", server.port()),
              .bearer = "",
              .body = std::move(body)});
}

TEST(HttpClient, reads_answers_whole_unless_told_how_much_at_most) {
  constexpr std::size_t kLong = std::size_t{80} << 20;
  auto server = server_of([&](const HttpRequest&, const SendReply& send) {
    send({.status = 200, .body = std::string(kLong, 'x')});
  });
  ClientRequest request{.url = fmt::format("http://127.0.0.1:{}/", server->port()), .bearer = ""};
  const auto whole = ask(request);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->body.size(), kLong);
  request.most_answer_bytes = 1'000;
  const auto cut = ask(request);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::unavailable);
}

TEST(HttpServer, answers_many_at_once_from_another_thread) {
  std::mutex lock;
  std::vector<std::pair<std::string, SendReply>> waiting;
  std::jthread answering([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<std::pair<std::string, SendReply>> taken;
      {
        const std::scoped_lock locked(lock);
        taken.swap(waiting);
      }
      for (const auto& [body, send] : taken) send({.status = 200, .body = body + "!"});
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  });
  auto server = server_of([&](HttpRequest request, SendReply send) {
    EXPECT_EQ(request.path, "/path");
    EXPECT_EQ(request.parameter("a"), "1");
    const std::scoped_lock locked(lock);
    waiting.emplace_back(std::move(request.body), std::move(send));
  });
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < 6; ++client) {
      clients.emplace_back([&, client] {
        for (int at = 0; at < 20; ++at) {
          const auto reply = post(*server, fmt::format("{}-{}", client, at));
          ASSERT_TRUE(reply) << reply.error().message;
          EXPECT_EQ(reply->body, fmt::format("{}-{}!", client, at));
        }
      });
    }
  }
  server->drain(std::chrono::seconds{10});
  EXPECT_EQ(server->counts().requests, 120U);
  EXPECT_EQ(server->counts().connections, 0U);
  EXPECT_FALSE(post(*server, "too late"));
}

TEST(HttpServer, refuses_what_is_too_large_and_what_is_no_address) {
  const auto server =
      server_of([](const HttpRequest&, const SendReply& send) { send({}); }, {.body_bytes = 1000});
  EXPECT_EQ(post(*server, std::string(1000, 'x'))->status, 200);
  EXPECT_EQ(post(*server, std::string(1001, 'x'))->status, 413);
  EXPECT_EQ(server->counts().too_large, 1U);
  EXPECT_FALSE(HttpServer::start("somewhere", 0, 1, {}, {}));
  const auto second = HttpServer::start("127.0.0.1", server->port(), 1, {}, {});
  EXPECT_FALSE(second);
}

}  // namespace
}  // namespace tidemark
