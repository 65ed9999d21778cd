// B2: cold. From the events in the DuckDB file of a standard data set to every score on every day,
// levels counted, beside DuckDB SQL doing the same on the same file.
#include <filesystem>

#include "bench/must.h"
#include "bench/standard_data.h"
#include "bench/stopwatch.h"
#include "bench/stored_data.h"
#include "score/loaded_activity.h"
#include "scoring/level_census.h"
#include "store/duckdb/database.h"

namespace tidemark::bench {
namespace {

const Cuts kCuts{Points{60'000}, Points{60'000}, Points{200'000}};

/// Levels per day by SQL, from the events.
std::string cold_sql(const Definition& definition, DayRange days) {
  return fmt::format(
      "WITH cell AS (SELECT account, date_diff('day', DATE '1970-01-01', "
      "happened_at::DATE)::INTEGER AS day, "
      "name, count(*) AS n FROM event GROUP BY ALL), "
      "earned AS (SELECT account, day, sum(round({} * sqrt(least(n, 20))))::BIGINT + {} AS points "
      "FROM cell GROUP BY account, day), {}",
      points_in_sql(definition, "name"), definition.engaged_day_points.milli,
      census_in_sql(days, kCuts));
}

void run(const StandardData& data, const std::filesystem::path& folder, bool is_alone) {
  const auto file = folder / fmt::format("bench_{}.duckdb", data.name);
  if (!std::filesystem::exists(file)) store_events(data, file);
  const Cores cores = Cores::all();
  const Definition definition = standard_definition(1);
  std::vector<LevelCounts> counts;
  DayRange days;
  double reading = 0;
  const double engine = best_seconds(2, [&] {
    // Cells kept by an earlier start would be read instead; keeping them is part of a cold start.
    std::filesystem::remove_all(folder / "cache");
    const auto store = must(open_duckdb_store(file));
    std::optional<LoadedActivity> loaded;
    reading = best_seconds(1, [&] { loaded = must(load_activity(*store, definition, cores)); });
    days = loaded->history.days();
    counts = count_levels(loaded->history,
                          compile_points(definition, loaded->history.kinds(), loaded->signals),
                          LevelLadder(kCuts), days, cores);
  });
  fmt::print("B2 cold {}: {:.1f} M events, {} threads\n", data.name, double(data.events) / 1e6,
             cores.threads());
  fmt::print("  engine      {:8.2f} s  ({:.2f} s reading and counting cells)\n", engine, reading);
  if (is_alone) return;

  auto database = must(duck::Database::open(file));
  auto connection = must(database.connect());
  const double sql = best_seconds(
      1, [&] { must_agree(must(connection.query(cold_sql(definition, days))), counts); });
  fmt::print("  DuckDB SQL  {:8.2f} s  engine is {:.1f} times as fast\n", sql, sql / engine);
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "tiny";
  const std::filesystem::path folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
  const bool is_alone = argc > 3 && std::string_view(argv[3]) == "--alone";
  tidemark::bench::run(tidemark::bench::data_named(name), folder, is_alone);
}
