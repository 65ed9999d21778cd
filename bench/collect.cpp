// B4: collect. POST /v1/batch with 100 events a request over 64 connections, each answered when it
// is durable, deduplicated and has its account; beside raw durable DuckDB appends of the same rows
// at the same commit size.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "api/server.h"
#include "base/sha256.h"
#include "bench/connection.h"
#include "bench/must.h"
#include "bench/stopwatch.h"
#include "store/duckdb/database.h"
#include "store/duckdb/duckdb_store.h"

namespace tidemark::bench {
namespace {

constexpr int kConnections = 64;
constexpr int kEventsOfRequest = 100;
constexpr int kAccounts = 10'000;
constexpr int kUsers = 50'000;

/// A client that sends one request after the other.
class Sender {
 public:
  Sender(std::uint16_t port, std::string key) : connection_(port), key_(std::move(key)) {}

  /// The status of the answer.
  int send(std::string_view body) {
    request_.clear();
    fmt::format_to(std::back_inserter(request_),
                   "POST /v1/batch HTTP/1.1\r\nHost: bench\r\nX-Tidemark-Key: {}\r\n"
                   "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                   key_, body.size());
    request_.append(body);
    return connection_.ask(request_);
  }

 private:
  Connection connection_;
  std::string key_;
  std::string request_;
};

/// Requests whose ids are given anew each time they are sent.
class Body {
 public:
  explicit Body(int connection) {
    text_ = R"({"batch":[)";
    for (int at = 0; at < kEventsOfRequest; ++at) {
      const int number = connection * 7919 + at * 104'729;
      const int user = number % kUsers;
      if (at > 0) text_ += ',';
      text_ += R"({"type":"track","messageId":"bench-)";
      ids_.push_back(text_.size());
      text_ += "0000000000000000";
      // Half name their account, half are of users whose account is known.
      text_ += fmt::format(
          R"(","userId":"user-{}","event":"event_{}","timestamp":"2026-{:02}-{:02}T{:02}:00:00Z",)"
          R"("properties":{{"kind":"pdf","pages":{}}},"context":{{{}"library":{{"name":"bench"}}}}}})",
          user, number % 20, 1 + number % 9, 1 + number % 28, number % 24, number % 50,
          at % 2 == 0 ? fmt::format(R"("groupId":"account-{}",)", user % kAccounts) : "");
    }
    text_ += "]}";
  }
  std::string_view next(std::uint64_t& id) {
    for (const std::size_t place : ids_) {
      fmt::format_to(&text_[place], "{:016}", id++);
    }
    return text_;
  }

 private:
  std::string text_;
  std::vector<std::size_t> ids_;
};

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// What is resident now.
long resident_megabytes() {
  long all = 0;
  long resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE) / 1'048'576;
}

/// Seconds to append as many rows of the same tables in transactions of as many.
double raw_append(const std::filesystem::path& file, std::uint64_t events,
                  std::uint64_t of_commit) {
  auto database = must(duck::Database::open(file));
  auto connection = must(database.connect());
  must(connection.run(
      "CREATE TABLE event (account UINTEGER, happened_at TIMESTAMP, name USMALLINT, user_id "
      "VARCHAR, properties VARCHAR, received_at TIMESTAMP, message HUGEINT)"));
  return best_seconds(1, [&] {
    for (std::uint64_t first = 0; first < events; first += of_commit) {
      must(connection.run("BEGIN"));
      auto appender = must(duck::Appender::open(connection, "event"));
      for (std::uint64_t at = first; at < std::min(events, first + of_commit); ++at) {
        auto [chunk, row] = appender.next_row();
        const auto user = static_cast<int>(at % kUsers);
        chunk.column<std::uint32_t>(0)[row] = static_cast<std::uint32_t>(user % kAccounts);
        chunk.column<std::int64_t>(1)[row] = static_cast<std::int64_t>(1'790'000'000'000'000 + at);
        chunk.column<std::uint16_t>(2)[row] = static_cast<std::uint16_t>(at % 20);
        chunk.set_text(3, row, fmt::format("user-{}", user));
        chunk.set_text(4, row, R"({"kind":"pdf","pages":12})");
        chunk.column<std::int64_t>(5)[row] = static_cast<std::int64_t>(1'790'000'000'000'000 + at);
        chunk.column<duckdb_hugeint>(6)[row] =
            duck::to_hugeint(Wide{at * 0x9E3779B97F4A7C15} << 64 | at);
      }
      must(appender.close());
      must(connection.run("COMMIT"));
    }
  });
}

void run(const char* name, std::uint64_t events, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto store = must(open_duckdb_store(folder / "bench.duckdb"));
  const auto control = must(Control::open(folder / "control.sqlite"));
  const SystemClock clock;
  const Definition definition;
  WriteKey key;
  key.hash = sha256("bench");
  key.hint = "bench";
  key.source.name = "bench";
  must(control->keep_key(key));
  const auto zone = must(TimeZone::named("UTC"));
  ServeOptions options;
  options.runs_nightly = false;
  options.port = 0;
  auto server =
      must(Server::start({folder, definition, zone, *store, *control, clock, "bench"}, options));
  {
    Sender sender(server->port(), "bench");
    std::string groups = R"({"batch":[)";
    for (int user = 0; user < kUsers; ++user) {
      groups += fmt::format(R"({}{{"type":"group","userId":"user-{}","groupId":"account-{}"}})",
                            user == 0 ? "" : ",", user, user % kAccounts);
    }
    CHECK(sender.send(groups + "]}") == 200);
  }
  const std::uint64_t requests = events / kEventsOfRequest;
  std::atomic<std::uint64_t> next{0};
  std::vector<std::vector<double>> waits(kConnections);
  constexpr std::uint64_t kParts = 10;
  std::array<long, kParts> resident{};  // at the beginning of each tenth
  const double seconds = best_seconds(1, [&] {
    std::vector<std::jthread> senders;
    for (int connection = 0; connection < kConnections; ++connection) {
      senders.emplace_back([&, connection] {
        Sender sender(server->port(), "bench");
        Body body(connection);
        for (std::uint64_t request = next++; request < requests; request = next++) {
          if (request % (requests / kParts) == 0) {
            resident[std::min(kParts - 1, request / (requests / kParts))] = resident_megabytes();
          }
          std::uint64_t id = request * kEventsOfRequest;
          const std::string_view text = body.next(id);
          waits[static_cast<std::size_t>(connection)].push_back(
              best_seconds(1, [&] { CHECK(sender.send(text) == 200); }));
        }
      });
    }
  });
  std::vector<double> all;
  for (const auto& of_connection : waits) {
    all.insert(all.end(), of_connection.begin(), of_connection.end());
  }
  std::ranges::sort(all);
  server.reset();
  CHECK(must(store->event_count()) == requests * kEventsOfRequest);
  const auto batches = must(store->arrived_since(0, 1)).front().batch;
  const std::uint64_t of_commit =
      std::max<std::uint64_t>(1, events / std::max<std::uint64_t>(1, batches));
  const double raw = raw_append(folder / "raw.duckdb", events, of_commit);
  fmt::print(
      "B4 collect {}: {} k events/s, {} events a commit, waits of a request: median {:.0f} ms, "
      "99 % {:.0f} ms, longest {:.0f} ms; peak memory {:.0f} MB, after each tenth {} MB; raw "
      "DuckDB "
      "appends {} k/s: {:.0f} % of them\n",
      name, static_cast<int>(static_cast<double>(events) / seconds / 1000), of_commit,
      all[all.size() / 2] * 1000, all[all.size() * 99 / 100] * 1000, all.back() * 1000,
      peak_megabytes(), fmt::join(resident.begin() + 1, resident.end(), " "),
      static_cast<int>(static_cast<double>(events) / raw / 1000), raw / seconds * 100);
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  const std::string size = argc > 1 ? argv[1] : "tiny";
  const std::filesystem::path folder =
      argc > 2 ? std::filesystem::path(argv[2])
               : std::filesystem::temp_directory_path() / fmt::format("tidemark-b4-{}", getpid());
  const std::uint64_t events = size == "L"   ? 100'000'000
                               : size == "M" ? 20'000'000
                               : size == "S" ? 3'000'000
                                             : 50'000;
  tidemark::bench::run(size.c_str(), events, folder);
  std::filesystem::remove_all(folder);
}
