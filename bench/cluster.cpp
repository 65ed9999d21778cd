// B10: several workers over a ClickHouse. Each reads the accounts of its share and reckons them,
// with one thread, beside the others; the first publishes. What is published is held against what
// one process publishes from a DuckDB file. The server is on the same cores: it takes its part of
// them.
#include <filesystem>
#include <thread>

#include "bench/stopwatch.h"
#include "bench/stored_data.h"
#include "score/score_run.h"
#include "store/clickhouse/clickhouse_store.h"
#include "tests/support/clickhouse_server.h"

namespace tidemark::bench {
namespace {

const std::atomic<bool> kGoesOn{false};
const Cores kOneThread{1};

struct Seconds {
  double reading = 0;
  double reckoning = 0;
};

/// Reads and publishes in one process.
Seconds alone(Store& store, const Definition& definition, Day last) {
  Seconds seconds;
  std::optional<LoadedActivity> activity;
  seconds.reading =
      best_seconds(1, [&] { activity = must(load_activity(store, definition, kOneThread)); });
  seconds.reckoning = best_seconds(1, [&] {
    ScoreRun run(store, *activity, kOneThread);
    must(run.until(last, kGoesOn, [](Day) {}));
  });
  return seconds;
}

/// The same by so many workers at once; the slowest of each.
Seconds together(Store& store, const Definition& definition, Day last, unsigned workers) {
  WorkBoard& board = *store.board();
  const auto shares = must(board.shares(workers));
  const SharedWork work = must(board.open_work("{}"));
  std::vector<Seconds> seconds(workers);
  {
    std::vector<std::jthread> members;
    for (unsigned member = 1; member <= workers; ++member) {
      members.emplace_back([&, member] {
        const auto view = must(board.store_of(work));
        Seconds& mine = seconds[member - 1];
        std::optional<LoadedActivity> activity;
        mine.reading = best_seconds(1, [&] {
          activity = must(load_activity(*view, definition, kOneThread, shares[member - 1]));
        });
        BoardTeam team(*view->board(), work.number, member, shares, kGoesOn, [](std::size_t) {});
        mine.reckoning = best_seconds(1, [&] {
          ScoreRun run(member == 1 ? store : *view, *activity, kOneThread, team);
          must(run.until(last, kGoesOn, [](Day) {}));
        });
      });
    }
  }
  must(board.close_work(work.number));
  Seconds slowest;
  for (const Seconds& one : seconds) {
    slowest.reading = std::max(slowest.reading, one.reading);
    slowest.reckoning = std::max(slowest.reckoning, one.reckoning);
  }
  return slowest;
}

/// The part that is spread: scoring and levels, without what is told and stored.
double scoring_seconds(WorkBoard& board, Store& store, const Definition& definition, Day last,
                       unsigned workers) {
  const auto shares = must(board.shares(workers));
  std::vector<LoadedActivity> parts;
  for (const AccountRange& share : shares) {
    parts.push_back(must(load_activity(store, definition, kOneThread, share)));
  }
  const LevelLadder ladder(Cuts{Points{20'000}, Points{6'000}, Points{60'000}});
  return best_seconds(2, [&] {
    std::vector<std::jthread> members;
    for (const LoadedActivity& part : parts) {
      members.emplace_back([&] {
        const ScoredActivity scored = part.scored(kOneThread);
        auto latest = nothing_published(part.account_ids.size());
        publish(scored, ladder, {kFirst, last}, Beginning::continued, latest, kOneThread);
      });
    }
  });
}

std::string published(Store& store, DayRange days) {
  std::string all;
  for (const PublishedDay& day : must(store.published_days())) {
    all += fmt::format("{} {}\n", day.day.number, fmt::join(day.accounts, " "));
  }
  for (const LevelRecord& record : must(store.records_within(days))) {
    all += fmt::format("{} {} {} {}\n", record.day.number, record.account, record.points.milli,
                       static_cast<int>(record.standing.level));
  }
  return all;
}

void print(std::string_view what, const Seconds& seconds, const Seconds& one) {
  fmt::print(
      "  {:<26} {:8.2f} s reading, {:8.2f} s reckoning and publishing; {:.2f} times as fast\n",
      what, seconds.reading, seconds.reckoning,
      (one.reading + one.reckoning) / (seconds.reading + seconds.reckoning));
}

void run(const StandardData& data, const std::filesystem::path& folder) {
  const auto file = folder / fmt::format("bench_{}.duckdb", data.name);
  if (!std::filesystem::exists(file)) store_events(data, file);
  const Definition definition = standard_definition(1);
  const DayRange days{kFirst, kFirst + (data.days - 1)};
  fmt::print("B10 cluster {}: {:.1f} M events of {} accounts, {} cores for all\n", data.name,
             double(data.events) / 1e6, data.accounts, Cores::all().threads());
  const auto duckdb = must(open_duckdb_store(file));
  must(duckdb->forget_published());
  std::filesystem::remove_all(folder / "cache");
  const Seconds in_file = alone(*duckdb, definition, days.last);
  const std::string expected = published(*duckdb, days);

  ClickhouseServer server;
  const auto store = must(open_clickhouse_store(server.new_database(), "", {}));
  const double storing = best_seconds(1, [&] { store_events(data, *store); });
  fmt::print("  stored by one process      {:8.2f} s, {:.2f} M events a second\n", storing,
             double(data.events) / storing / 1e6);
  Seconds one;
  for (const unsigned workers : {1U, 2U}) {
    must(store->forget_published());
    const Seconds seconds = workers == 1 ? alone(*store, definition, days.last)
                                         : together(*store, definition, days.last, workers);
    if (workers == 1) one = seconds;
    print(fmt::format("{} worker{}", workers, workers == 1 ? "" : "s"), seconds, one);
    CHECK(published(*store, days) == expected);
  }
  print("one process, DuckDB file", in_file, one);
  const double by_one = scoring_seconds(*store->board(), *store, definition, days.last, 1);
  const double by_two = scoring_seconds(*store->board(), *store, definition, days.last, 2);
  fmt::print(
      "  scoring alone              {:8.2f} s by one, {:.2f} s by two: {:.2f} times as fast\n",
      by_one, by_two, by_one / by_two);
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "tiny";
  const std::filesystem::path folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
  if (!tidemark::ClickhouseServer::is_installed()) {
    fmt::print("B10 cluster: clickhouse-server is not installed\n");
    return 77;
  }
  tidemark::bench::run(tidemark::bench::data_named(name), folder);
}
