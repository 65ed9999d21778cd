// B5: import. CSV, JSON Lines and Parquet files of the standard data, with message ids, users and
// properties, into a workspace's store: decoded, deduplicated, whose they are; beside DuckDB's own
// reader inserting the same file into a table of the same columns, without any of that.
#include <unistd.h>

#include <filesystem>

#include "bench/must.h"
#include "bench/standard_data.h"
#include "bench/stopwatch.h"
#include "collect/importer.h"
#include "store/duckdb/database.h"
#include "store/duckdb/duckdb_store.h"

namespace tidemark::bench {
namespace {

struct Form {
  const char* name;
  const char* extension;
  const char* copy;  // how DuckDB writes it
  const char* read;  // how DuckDB reads it
};

constexpr Form kForms[] = {
    {"CSV", "csv", "FORMAT csv, HEADER", "read_csv"},
    {"JSON Lines", "jsonl", "FORMAT json", "read_json"},
    {"Parquet", "parquet", "FORMAT parquet", "read_parquet"},
};

/// The set's events in a table, in the order of its instants or not, as exports are.
void fill(duck::Connection& connection, const StandardData& data) {
  must(connection.run(
      "CREATE TABLE source (timestamp TIMESTAMP, account_id VARCHAR, user_id VARCHAR, event "
      "VARCHAR, message_id VARCHAR, pages INTEGER)"));
  auto appender = must(duck::Appender::open(connection, "source"));
  std::uint64_t number = 0;
  for_each_event(data, [&](const StandardEvent& event) {
    auto [chunk, row] = appender.next_row();
    chunk.column<std::int64_t>(0)[row] =
        event.micros / 1'000'000 * 1'000'000;  // whole seconds, as most exports
    chunk.set_text(1, row, fmt::format("account-{}", event.account));
    chunk.set_text(2, row, fmt::format("user-{}", event.account * 5 + event.name % 5));
    chunk.set_text(3, row, fmt::format("event_{}", event.name));
    chunk.set_text(4, row, fmt::format("message-{:016x}", ++number * 0x9E3779B97F4A7C15));
    chunk.column<std::int32_t>(5)[row] = static_cast<std::int32_t>(number % 50);
  });
  must(appender.close());
}

double seconds_of_import(const std::filesystem::path& file, const std::filesystem::path& folder,
                         std::uint64_t events) {
  std::filesystem::create_directories(folder);
  const double seconds = best_seconds(1, [&] {
    const auto store = must(open_duckdb_store(folder / "bench.duckdb"));
    const SystemClock clock;
    const std::atomic<bool> is_never_interrupted{false};
    Importer importer(*store, clock, is_never_interrupted, [](const auto&) {});
    const auto outcome = must(importer.import_file(file, file.string(), {}));
    CHECK(outcome.import.taken == events);
  });
  std::filesystem::remove_all(folder);
  return seconds;
}

double seconds_of_duckdb(const std::filesystem::path& file, const Form& form,
                         const std::filesystem::path& into) {
  const double seconds = best_seconds(1, [&] {
    auto database = must(duck::Database::open(into));
    auto connection = must(database.connect());
    must(connection.run(
        fmt::format("CREATE TABLE event AS SELECT * FROM {}('{}')", form.read, file.string())));
    must(connection.run("CHECKPOINT"));
  });
  std::filesystem::remove(into);
  return seconds;
}

void run(const StandardData& data, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  auto database = must(duck::Database::open({}));
  auto connection = must(database.connect());
  fill(connection, data);
  fmt::print("B5 import {}: {:.1f} M events\n", data.name, static_cast<double>(data.events) / 1e6);
  for (const Form& form : kForms) {
    const auto file = folder / fmt::format("events.{}", form.extension);
    must(connection.run(fmt::format("COPY source TO '{}' ({})", file.string(), form.copy)));
    const double ours = seconds_of_import(file, folder / "workspace", data.events);
    const double theirs = seconds_of_duckdb(file, form, folder / "raw.duckdb");
    const double millions = static_cast<double>(data.events) / 1e6;
    fmt::print("  {:10}  {:6.2f} M events/s   DuckDB {} and insert {:6.2f} M/s: {:.0f} % of it\n",
               form.name, millions / ours, form.read, millions / theirs, theirs / ours * 100);
    std::filesystem::remove(file);
  }
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  using namespace tidemark::bench;
  const std::filesystem::path folder =
      argc > 2 ? std::filesystem::path(argv[2])
               : std::filesystem::temp_directory_path() / fmt::format("tidemark-b5-{}", getpid());
  run(data_named(argc > 1 ? argv[1] : "tiny"), folder);
  std::filesystem::remove_all(folder);
}
