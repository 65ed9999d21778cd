#include "api/log.h"

#include <algorithm>
#include <cstdio>
#include <mutex>

#include <fmt/format.h>

#include "wire/json.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

void write(const Json& line) {
  fmt::print("{}\n", line.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(stdout);
}

}  // namespace

void log_line(const Clock& clock, std::string_view level, std::string_view message) {
  write({{"ts", timestamp_text(clock.now())}, {"level", level}, {"msg", message}});
}

namespace {

/// Whether one more line about requests may be written: a hundred a second are.
bool may_write(Instant now) {
  constexpr int kMostASecond = 100;
  static std::mutex lock;
  static Instant second;
  static int written = 0;
  const std::scoped_lock locked(lock);
  if (now - second > std::chrono::seconds{1}) {
    second = now;
    written = 0;
  }
  return ++written <= kMostASecond;
}

/// The path as it may be logged: no longer than is of use, and without what may be a key.
std::string loggable(std::string_view path) {
  constexpr std::size_t kMost = 200;
  constexpr std::size_t kLongestWord = 24;
  std::string text;
  while (!path.empty() && text.size() < kMost) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view part = path.substr(0, end);
    const bool may_be_key = part.size() > kLongestWord || part.find("tm") == 1;
    text += may_be_key ? "/…" : part;
    path.remove_prefix(end);
  }
  return path.empty() ? text : text + "…";
}

}  // namespace

void log_unknown_path(const Clock& clock, std::string_view request_id, std::string_view path) {
  const Instant now = clock.now();
  if (!may_write(now)) return;
  write({{"ts", timestamp_text(now)},
         {"level", "warn"},
         {"msg", "unknown path"},
         {"request_id", request_id},
         {"path", loggable(path)}});
}

void log_refusal(const Clock& clock, std::string_view request_id, std::string_view method,
                 int status) {
  const Instant now = clock.now();
  if (!may_write(now)) return;
  write({{"ts", timestamp_text(now)},
         {"level", "warn"},
         {"msg", "request refused"},
         {"request_id", request_id},
         {"method", method},
         {"status", status}});
}

}  // namespace tidemark
