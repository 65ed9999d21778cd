// B1: re-score everything. All account-days of a standard data set under a new definition, levels
// counted per day, beside DuckDB SQL on the same cells and beside streaming the cells from memory
// once.
#include <numeric>

#include "bench/must.h"
#include "bench/standard_data.h"
#include "bench/stopwatch.h"
#include "scoring/level_census.h"
#include "store/duckdb/database.h"

namespace tidemark::bench {
namespace {

History make_history(const StandardData& data, const Cores& cores) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  OccurrenceBlocks blocks;
  for_each_event(data, [&](const StandardEvent& event) {
    if (blocks.empty() || blocks.back().size() == kBlock) blocks.emplace_back().reserve(kBlock);
    const Day day{static_cast<std::int32_t>(event.micros / 86'400'000'000)};
    blocks.back().push_back(Occurrence::of(event.account, day, event.name));
  });
  return History::of(blocks, data.accounts, cores);
}

/// The cells as a DuckDB table in memory.
duck::Connection cells_in_duckdb(duck::Database& database, const History& history) {
  auto connection = must(database.connect());
  must(connection.run(
      "CREATE TABLE cell (account UINTEGER, day INTEGER, signal USMALLINT, n UINTEGER)"));
  auto appender = must(duck::Appender::open(connection, "cell"));
  for (AccountNumber account = 0; account < history.accounts(); ++account) {
    history.for_each_cell(account, history.days(), [&](Day day, std::uint32_t number) {
      const auto [chunk, row] = appender.next_row();
      chunk.column<std::uint32_t>(0)[row] = account;
      chunk.column<std::int32_t>(1)[row] = day.number;
      chunk.column<std::uint16_t>(2)[row] = history.kinds()[number].signal;
      chunk.column<std::uint32_t>(3)[row] = history.kinds()[number].count;
    });
  }
  must(appender.close());
  return connection;
}

/// Levels per day by SQL, from the cells.
std::string census_sql(const Definition& definition, const Cuts& cuts, DayRange days) {
  return fmt::format(
      "WITH earned AS (SELECT account, day, sum(round({} * sqrt(least(n, 20))))::BIGINT + {} AS "
      "points "
      "FROM cell GROUP BY account, day), {}",
      points_in_sql(definition, "signal"), definition.engaged_day_points.milli,
      census_in_sql(days, cuts));
}

void run(const StandardData& data, bool is_beside_duckdb) {
  const Cores cores = Cores::all();
  const History history = make_history(data, cores);
  const Signals signals{standard_names(), {}};
  const Cuts cuts{Points{60'000}, Points{60'000}, Points{200'000}};
  const LevelLadder ladder(cuts);
  const double account_days = double(data.accounts) * data.days;

  double factor = 1;
  std::vector<LevelCounts> counts;
  const double seconds = best_seconds(5, [&] {
    factor += 0.1;  // a definition nobody has scored yet, each time
    const PointsTable points =
        compile_points(standard_definition(factor), history.kinds(), signals);
    counts = count_levels(history, points, ladder, history.days(), cores);
  });
  std::vector<std::uint64_t> sums(cores.threads());
  const double streaming = best_seconds(5, [&] {
    cores.for_ranges(
        history.accounts(), 1024, [&](std::size_t first, std::size_t last, unsigned thread) {
          const auto begin = history.words(static_cast<AccountNumber>(first)).older;
          const auto end = history.words(static_cast<AccountNumber>(last - 1)).older;
          const std::span words(begin.data(),
                                static_cast<std::size_t>(end.data() + end.size() - begin.data()));
          sums[thread] += std::accumulate(words.begin(), words.end(), std::uint64_t{0});
        });
  });
  fmt::print("B1 rescore {}: {:.1f} M account-days, {:.1f} M cells, {} threads\n", data.name,
             account_days / 1e6, double(history.cells()) / 1e6, cores.threads());
  fmt::print("  engine            {:8.1f} ms  {:.2f} ns per account-day, {:.1f} bytes per cell\n",
             seconds * 1e3, seconds * 1e9 / account_days,
             double(history.bytes()) / double(history.cells()));
  fmt::print("  stream the cells  {:8.1f} ms  ratio {:.1f}  (checksum {})\n", streaming * 1e3,
             seconds / streaming,
             std::accumulate(sums.begin(), sums.end(), std::uint64_t{0}) % 1000);
  if (!is_beside_duckdb) return;

  auto database = must(duck::Database::open({}));
  auto connection = cells_in_duckdb(database, history);
  const Definition definition = standard_definition(factor);
  const double sql = best_seconds(1, [&] {
    must_agree(must(connection.query(census_sql(definition, cuts, history.days()))), counts);
  });
  fmt::print("  DuckDB SQL        {:8.1f} ms  engine is {:.0f} times as fast\n", sql * 1e3,
             sql / seconds);
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "tiny";
  const bool is_alone = argc > 2 && std::string_view(argv[2]) == "--alone";
  tidemark::bench::run(tidemark::bench::data_named(name), !is_alone);
}
