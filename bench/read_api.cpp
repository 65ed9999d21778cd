// B8: the read API over a million accounts, at 200 questions a second, or another rate: the
// overview, pages of the list under changing filters and orders, an account, its ledger, while a
// thousand events a second arrive. A question waits from when it was due, so that a slow answer
// makes those behind it late.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "api/server.h"
#include "base/sha256.h"
#include "bench/connection.h"
#include "bench/must.h"
#include "bench/stopwatch.h"
#include "bench/stored_data.h"
#include "score/score_run.h"

namespace tidemark::bench {
namespace {

constexpr StandardData kTinyReads{"tiny", 1'000, 60, 50'000};
constexpr StandardData kSmallReads{"S", 100'000, 90, 3'000'000};
constexpr StandardData kLargeReads{"L", 1'000'000, 90, 30'000'000};
constexpr int kClients = 50;
constexpr int kEventsOfRequest = 20;
constexpr std::chrono::milliseconds kBetweenRequests{20};  // so a thousand events a second

/// Events of known accounts that arrive meanwhile, some by users nobody has heard of.
void send_events(std::uint16_t port, const StandardData& data, const std::string& key,
                 const std::stop_token& stop) {
  Connection connection(port);
  Random random(7);
  int sent = 0;
  while (!stop.stop_requested()) {
    std::string body = R"({"batch":[)";
    for (int at = 0; at < kEventsOfRequest; ++at, ++sent) {
      const auto account = random.below(static_cast<int>(data.accounts));
      const std::string user =
          sent % 500 == 0 ? fmt::format("new-{}", sent) : fmt::format("user-{}", account);
      body += fmt::format(
          R"({}{{"type":"track","messageId":"live-{}","userId":"{}","event":"event_{}",)"
          R"("timestamp":"{}T12:00:00Z","context":{{"groupId":"account-{}"}}}})",
          at > 0 ? "," : "", sent, user, random.below(kNames), day_text(kFirst + data.days - 1),
          account);
    }
    body += "]}";
    const int status = connection.ask(
        fmt::format("POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nX-Tidemark-Key: {}\r\n"
                    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                    key, body.size(), body));
    if (status != 200) {
      fmt::print("events: {}\n", connection.answer());
      std::exit(1);
    }
    std::this_thread::sleep_for(kBetweenRequests);
  }
}

struct Asked {
  std::string kind;
  std::string path;
};

constexpr std::array kLists = {
    "sort=points",         "sort=trend&level=low",  "level=high,medium&limit=50",
    "sort=since&moved=7",  "search=77&sort=points", "trend=down&sort=trend&level=medium",
    "sort=level&limit=100"};

Asked next_question(Random& random, const StandardData& data) {
  const double dice = random.uniform();
  if (dice < 0.2) return {"overview", "/overview"};
  if (dice < 0.7) {
    return {"list",
            fmt::format("/accounts?{}",
                        kLists[static_cast<std::size_t>(random.below(std::ssize(kLists)))])};
  }
  const double u = random.uniform();
  const auto account = static_cast<AccountNumber>(data.accounts * u * u);
  if (dice < 0.85) return {"account", fmt::format("/accounts/account-{}", account)};
  return {"ledger", fmt::format("/accounts/account-{}/explanation", account)};
}

void run(const StandardData& data, const std::filesystem::path& folder, int per_second,
         int seconds) {
  std::filesystem::create_directories(folder);
  const auto file = folder / fmt::format("bench_reads_{}.duckdb", data.name);
  if (!std::filesystem::exists(file)) store_events(data, file);
  const auto store = must(open_duckdb_store(file));
  std::filesystem::remove(folder / "reads.sqlite");
  const auto control = must(Control::open(folder / "reads.sqlite"));
  const SystemClock clock;
  const Definition definition = standard_definition(1);
  const auto zone = must(TimeZone::named("UTC"));
  if (must(store->published_days()).empty()) {
    const Cores cores = Cores::all();
    const auto loaded = must(load_activity(*store, definition, cores));
    ScoreRun run(*store, loaded, cores);
    const std::atomic<bool> is_interrupted{false};
    must(run.until(loaded.history.days().last, is_interrupted, [](Day) {}));
  }
  must(
      control->api_keys().keep({sha256("bench"), "bench", "bench", Access::read, clock.now(), {}}));
  WriteKey live;
  live.hash = sha256("live");
  live.hint = "live";
  live.source.name = "live";
  must(control->keep_key(live));
  ServeOptions options;
  options.runs_nightly = false;
  options.port = 0;
  auto server = must(Server::start({folder, definition, zone, *store, *control, clock, "bench",
                                    [&] { return Result<Definition>(definition); }},
                                   options));
  const auto request_of = [](const std::string& path) {
    return fmt::format(
        "GET /api/v1{} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer bench\r\n\r\n", path);
  };
  Connection first(server->port());
  std::vector<std::string> paths{"/accounts", "/overview"};
  for (const char* list : kLists) paths.push_back(fmt::format("/accounts?{}", list));
  for (const std::string& path : paths) {
    const double took = best_seconds(1, [&] { CHECK(first.ask(request_of(path)) == 200); });
    fmt::print("first {} {:.0f} ms\n", path, took * 1000);
  }

  std::vector<std::map<std::string, std::vector<double>>> waits(kClients);
  const auto begun = std::chrono::steady_clock::now() + std::chrono::milliseconds{100};
  {
    const std::jthread sender(
        [&](const std::stop_token& stop) { send_events(server->port(), data, "live", stop); });
    std::vector<std::jthread> clients;
    for (std::size_t client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        Connection connection(server->port());
        Random random(client + 1);
        for (int at = 0; at < seconds * per_second / kClients; ++at) {
          const auto due =
              begun + std::chrono::microseconds{1'000'000 / per_second *
                                                (at * kClients + static_cast<int>(client))};
          std::this_thread::sleep_until(due);
          const auto [kind, path] = next_question(random, data);
          const int status = connection.ask(request_of(path));
          if (status != 200 && status != 404) {
            fmt::print("{}: {}\n", path, connection.answer());
            std::exit(1);
          }
          const std::chrono::duration<double, std::milli> wait =
              std::chrono::steady_clock::now() - due;
          waits[client][kind].push_back(wait.count());
        }
      });
    }
  }
  std::map<std::string, std::vector<double>> all;
  for (const auto& of_client : waits) {
    for (const auto& [kind, of_kind] : of_client) {
      for (const auto& name : {kind, std::string("all")}) {
        all[name].insert(all[name].end(), of_kind.begin(), of_kind.end());
      }
    }
  }
  fmt::print("B8 read API {}: {} accounts, {} days, {} questions a second\n", data.name,
             data.accounts, data.days, per_second);
  for (auto& [kind, of_kind] : all) {
    std::ranges::sort(of_kind);
    fmt::print("  {:9} {:5} answers  median {:7.2f} ms  99 % {:7.2f} ms  longest {:7.2f} ms\n",
               kind, of_kind.size(), of_kind[of_kind.size() / 2],
               of_kind[of_kind.size() * 99 / 100], of_kind.back());
  }
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  using namespace tidemark::bench;
  const std::string_view size = argc > 1 ? argv[1] : "tiny";
  const auto own = std::filesystem::temp_directory_path() / fmt::format("tidemark-b8-{}", getpid());
  const std::filesystem::path folder = argc > 2 ? std::filesystem::path(argv[2]) : own;
  const bool is_tiny = size == "tiny";
  constexpr int kUsual = 200;
  const int per_second = argc > 3 ? std::atoi(argv[3]) : kUsual;
  run(size == "L"   ? kLargeReads
      : size == "S" ? kSmallReads
                    : kTinyReads,
      folder, per_second, is_tiny ? 2 : 20);
  std::filesystem::remove_all(own);
}
