#include "api/log.h"

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

void log_refusal(const Clock& clock, std::string_view request_id, std::string_view method,
                 int status) {
  constexpr int kMostASecond = 100;
  static std::mutex lock;
  static Instant second;
  static int written = 0;
  const Instant now = clock.now();
  {
    const std::scoped_lock locked(lock);
    if (now - second > std::chrono::seconds{1}) {
      second = now;
      written = 0;
    }
    if (++written > kMostASecond) return;
  }
  write({{"ts", timestamp_text(now)},
         {"level", "warn"},
         {"msg", "request refused"},
         {"request_id", request_id},
         {"method", method},
         {"status", status}});
}

}  // namespace tidemark
