// B3: the daily run in a warm process. A million accounts, a million new events: activity, scores,
// levels and changes of the day, committed; beside DuckDB SQL that only works out the scores of the
// day from the cells of the window. Done over a short and a long history: the cost is that of a
// day.
#include <filesystem>

#include "bench/must.h"
#include "bench/standard_data.h"
#include "bench/stopwatch.h"
#include "scoring/publication.h"
#include "store/duckdb/duckdb_store.h"

namespace tidemark::bench {
namespace {

const Cuts kCuts{Points{20'000}, Points{6'000}, Points{60'000}};

std::vector<Occurrence> occurrences_of_day(std::uint32_t accounts, std::uint64_t events, Day day) {
  Random random(static_cast<std::uint64_t>(day.number));
  std::vector<Occurrence> occurrences;
  occurrences.reserve(events);
  for (std::uint64_t at = 0; at < events; ++at) {
    const double account = random.uniform();
    const double name = random.uniform();
    occurrences.push_back(
        Occurrence::of(static_cast<AccountNumber>(accounts * account * account), day,
                       static_cast<SignalNumber>(kNames * name * std::sqrt(name))));
  }
  return occurrences;
}

/// Today's score and level of every account, by SQL, from the cells of the last 30 days.
double sql_seconds(const std::filesystem::path& file, const History& history,
                   const Definition& definition, Day today) {
  std::filesystem::remove(file);
  auto database = must(duck::Database::open(file));
  auto connection = must(database.connect());
  must(connection.run(
      "CREATE TABLE cell (account UINTEGER, day INTEGER, signal USMALLINT, n UINTEGER)"));
  auto appender = must(duck::Appender::open(connection, "cell"));
  for (AccountNumber account = 0; account < history.accounts(); ++account) {
    history.for_each_cell(account, definition.window_until(today),
                          [&](Day day, std::uint32_t number) {
                            const auto [chunk, row] = appender.next_row();
                            chunk.column<std::uint32_t>(0)[row] = account;
                            chunk.column<std::int32_t>(1)[row] = day.number;
                            chunk.column<std::uint16_t>(2)[row] = history.kinds()[number].signal;
                            chunk.column<std::uint32_t>(3)[row] = history.kinds()[number].count;
                          });
  }
  must(appender.close());
  return best_seconds(2, [&] {
    must(connection.run(fmt::format(
        "CREATE OR REPLACE TABLE scored AS WITH earned AS (SELECT account, day, "
        "sum(round({} * sqrt(least(n, 20))))::BIGINT + {} AS points FROM cell GROUP BY account, "
        "day), score AS (SELECT account, sum(points) AS points FROM earned GROUP BY account) "
        "SELECT account, points, CASE WHEN points <= {} THEN 1 WHEN points > {} THEN 3 ELSE 2 END "
        "AS level FROM score",
        points_in_sql(definition, "signal"), definition.engaged_day_points.milli, kCuts.low.milli,
        kCuts.high.milli)));
  });
}

void run(std::uint32_t accounts, std::uint64_t events, int days,
         const std::filesystem::path& folder) {
  const Cores cores = Cores::all();
  const Signals signals{standard_names(), {}};
  const Definition definition = standard_definition(1);
  OccurrenceBlocks blocks;
  const Day today = kFirst + days;
  for (Day day = kFirst; day < today; ++day) {
    blocks.push_back(occurrences_of_day(accounts, events, day));
  }
  History history = History::of(blocks, accounts, cores);
  blocks.clear();
  ScoredActivity scored(history, signals, definition, {}, cores);
  const LevelLadder ladder(kCuts);
  std::vector<LevelRecord> latest = nothing_published(accounts);

  const auto file = folder / fmt::format("bench_daily_{}.duckdb", days);
  std::filesystem::remove(file);
  const auto store = must(open_duckdb_store(file));
  const auto publish_day = [&](Day day) {
    Publication published =
        publish(scored, ladder, {day, day}, Beginning::continued, latest, cores);
    PublishStep step{
        {"hash", "{}"}, {}, {{day, "hash", {}, published.accounts_by_day[0]}}, {}, {}, {}};
    step.records = std::move(published.records);
    step.changes = std::move(published.changes);
    return step;
  };
  must(store->publish(publish_day(today - 1)));

  std::vector<Occurrence> arrived = occurrences_of_day(accounts, events, today);
  double extending = 0;
  double publishing = 0;
  PublishStep step;
  extending = best_seconds(1, [&] {
    history.extend(arrived);
    scored.follow(arrived, signals, definition);
  });
  publishing = best_seconds(1, [&] {
    const auto corrections = find_corrections(scored, today - 1, latest, cores);
    step = publish_day(today);
    step.corrections = corrections;
  });
  const std::size_t records = step.records.size();
  const double committing = best_seconds(1, [&] { must(store->publish(step)); });
  const double whole = extending + publishing + committing;
  fmt::print("B3 daily: {:.1f} M accounts, {:.1f} M new events, {} days of history, {} threads\n",
             accounts / 1e6, double(events) / 1e6, days, cores.threads());
  fmt::print("  activity takes them in   {:8.1f} ms\n", extending * 1e3);
  fmt::print("  corrections and the day  {:8.1f} ms\n", publishing * 1e3);
  fmt::print("  commit                   {:8.1f} ms  ({} records)\n", committing * 1e3, records);
  fmt::print("  whole                    {:8.1f} ms\n", whole * 1e3);
  const double sql = sql_seconds(folder / fmt::format("bench_daily_sql_{}.duckdb", days), history,
                                 definition, today);
  fmt::print(
      "  DuckDB SQL, scores only  {:8.1f} ms  the engine's day is {:.1f} times as fast, the "
      "whole {:.1f} times\n",
      sql * 1e3, sql / (extending + publishing), sql / whole);
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "tiny";
  const std::filesystem::path folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
  if (name == "tiny") {
    tidemark::bench::run(2'000, 2'000, 45, folder);
    return 0;
  }
  for (const int days : {40, 200}) tidemark::bench::run(1'000'000, 1'000'000, days, folder);
}
