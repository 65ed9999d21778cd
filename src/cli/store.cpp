#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/words.h"
#include "store/duckdb/duckdb_store.h"
#include "store/store_copy.h"

namespace tidemark {
namespace {

constexpr std::string_view kClickhouse = "clickhouse://";

Result<void> migrate(const Invocation& invocation) {
  const auto store = open_store(invocation.folder);
  if (!store) return store.error();
  print("The tables are there, as this Tidemark knows them ({}).\n", (*store)->engine_version());
  return {};
}

Result<void> clean(const Invocation& invocation) {
  const auto store = open_store(invocation.folder);
  if (!store) return store.error();
  const auto rows = (*store)->remove_unseen();
  if (!rows) return rows.error();
  print("{}\n", *rows == 0
                    ? "There is nothing that nobody sees."
                    : fmt::format("{} rows that nobody sees any more go: of imports that were "
                                  "taken back, of days that were published anew.",
                                  with_separators(static_cast<std::int64_t>(*rows))));
  return {};
}

std::string sums_words(const StoreSums& sums) {
  const auto count = [](std::uint64_t number) {
    return with_separators(static_cast<std::int64_t>(number));
  };
  return fmt::format(
      "{} events of {} accounts, {} imports, {} days with {} records and {} moves, checksum "
      "{:016x}",
      count(sums.events), count(sums.accounts), count(sums.imports), count(sums.days),
      count(sums.records), count(sums.changes), sums.checksum);
}

/// Copies the workspace's store to a ClickHouse or a new DuckDB file, and holds them against each
/// other.
Result<void> copy(const Invocation& invocation, const std::string& where) {
  const auto from = open_store(invocation.folder);
  if (!from) return from.error();
  const bool is_clickhouse = where.starts_with(kClickhouse);
  const auto to = is_clickhouse
                      ? open_clickhouse_store(where, store_password(invocation.folder), {})
                      : open_duckdb_store(where);
  if (!to) return to.error();
  const Interruption interruption;
  ProgressBar progress(invocation.clock);
  const auto events = (*from)->event_count();
  if (!events) return events.error();
  auto copied = copy_store(**from, **to, [&](std::uint64_t done) {
    progress.show(*events == 0 ? 1 : double(done) / double(*events),
                  fmt::format("{} of {} events", with_separators(static_cast<std::int64_t>(done)),
                              with_separators(static_cast<std::int64_t>(*events))));
    return !interruption.is_asked();
  });
  if (!copied) return copied;
  progress.show(1, "comparing");
  const auto here = sums_of(**from);
  if (!here) return here.error();
  const auto there = sums_of(**to);
  if (!there) return there.error();
  print("{}\n", sums_words(*here));
  if (*here != *there) {
    return Error{ErrorKind::unavailable,
                 fmt::format("the copy is another: {}; copy to an empty one", sums_words(*there))};
  }
  print("The copy is the same. To go on with it: {}\n",
        is_clickhouse
            ? fmt::format("tidemark store use '{}'", where)
            : fmt::format("make it the tidemark.duckdb of the workspace, and remove {0}/store.url "
                          "and {0}/tidemark.duckdb.durable",
                          invocation.folder.string()));
  return {};
}

}  // namespace

RunCommand declare_store(CLI::App& app) {
  const auto where = std::make_shared<std::string>();
  app.require_subcommand(1);
  CLI::App* migrating = app.add_subcommand(
      "migrate", "Make the tables, or bring them up to date; so does every other command");
  CLI::App* cleaning = app.add_subcommand(
      "clean", "Remove rows that nobody sees any more: taken back, or published anew");
  CLI::App* use = app.add_subcommand(
      "use", "Keep the workspace's store in these tables of a ClickHouse from now on");
  use->add_option("ADDRESS", *where, "clickhouse://USER@HOST:8123/DATABASE")->required();
  CLI::App* copying = app.add_subcommand(
      "copy",
      "Copy everything to a ClickHouse or a new file, and compare; goes on where it stopped");
  copying->add_option("--to", *where, "clickhouse://USER@HOST:8123/DATABASE, or a new DuckDB file")
      ->required()
      ->type_name("ADDRESS|FILE");
  app.footer(
      "Examples:\n  tidemark store copy --to clickhouse://tidemark@ch.example.com:8123/tidemark\n"
      "  tidemark store copy --to home.duckdb\n  tidemark store migrate\n  tidemark store "
      "clean\nMore: docs/scale.md");
  return [=](const Invocation& invocation) -> Result<void> {
    if (migrating->parsed()) return migrate(invocation);
    if (cleaning->parsed()) return clean(invocation);
    if (use->parsed()) return use_clickhouse(invocation.folder, *where);
    return copy(invocation, *where);
  };
}

}  // namespace tidemark
