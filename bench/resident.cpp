// B6: a large history resident. The cells of a standard data set, written directly, kept in a file
// and read back as a start does: bytes a cell, bytes an account, and how fast the start is.
#include <filesystem>

#include "activity/cells_file.h"
#include "bench/standard_data.h"
#include "bench/stopwatch.h"

namespace tidemark::bench {
namespace {

/// The cells of so many accounts, days and events, account by account, skewed like the standard
/// data.
HistoryParts make_parts(std::uint32_t accounts, int days, std::uint64_t events) {
  Random random(6);
  HistoryParts parts;
  parts.extents.resize(accounts);
  DayKinds kinds;
  kinds.reserve(kNames);
  std::vector<std::uint32_t> keys;
  double before = 0;
  for (std::uint32_t account = 0; account < accounts; ++account) {
    // Account index = floor(A·u²): so many of all events fall to the accounts up to this one.
    const double up_to = std::sqrt((account + 1.0) / accounts) * double(events);
    keys.clear();
    for (auto at = static_cast<std::uint64_t>(before); at < static_cast<std::uint64_t>(up_to);
         ++at) {
      const double name = random.uniform();
      keys.push_back(static_cast<std::uint32_t>(kFirst - kFirstDay + random.below(days)) << 16 |
                     static_cast<std::uint32_t>(kNames * name * std::sqrt(name)));
    }
    before = up_to;
    std::ranges::sort(keys);
    parts.extents[account].begin = parts.words.size();
    for (std::size_t at = 0; at < keys.size();) {
      std::size_t end = at + 1;
      while (end < keys.size() && keys[end] == keys[at]) ++end;
      const std::uint32_t kind = kinds.number_of(
          {static_cast<SignalNumber>(keys[at] & 0xFFFF), static_cast<std::uint32_t>(end - at)});
      parts.words.push_back((keys[at] & 0xFFFF0000U) | kind);
      at = end;
    }
    parts.extents[account].length =
        static_cast<std::uint32_t>(parts.words.size() - parts.extents[account].begin);
  }
  parts.kinds = kinds.all();
  CHECK(!kinds.needs_escapes());
  parts.cells = parts.words.size();
  parts.days = {kFirst, kFirst + (days - 1)};
  return parts;
}

void run(const char* name, std::uint32_t accounts, int days, std::uint64_t events,
         const std::filesystem::path& folder) {
  const Cores cores = Cores::all();
  const auto file = folder / "bench_cells";
  {
    const History history = History::of(make_parts(accounts, days, events));
    if (!write_cells(file, "bench", history)) {
      fmt::print("  the cells cannot be written to {}\n", file.string());
      std::exit(1);
    }
  }
  std::optional<History> read;
  const double seconds = best_seconds(2, [&] {
    read.reset();
    read = read_cells(file, "bench", cores);
    CHECK(read.has_value());
  });
  const double cell_bytes = 4.0 * double(read->cells());
  fmt::print("B6 resident {}: {:.1f} M accounts, {} days, {:.1f} M cells, {} threads\n", name,
             accounts / 1e6, days, double(read->cells()) / 1e6, cores.threads());
  fmt::print("  memory    {:8.1f} MB  {:.2f} bytes a cell, {:.0f} bytes an account beside them\n",
             double(read->bytes()) / 1e6, cell_bytes / double(read->cells()),
             (double(read->bytes()) - cell_bytes) / accounts);
  fmt::print("  start-up  {:8.2f} s   {:.2f} GB/s of cells, read, checked and ready\n", seconds,
             cell_bytes / 1e9 / seconds);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  using tidemark::bench::run;
  const std::string_view name = argc > 1 ? argv[1] : "tiny";
  const std::filesystem::path folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
  if (name == "L") {
    run("L", 1'000'000, 730, 1'000'000'000, folder);
  } else if (name == "M") {
    run("M", 100'000, 400, 50'000'000, folder);
  } else {
    run("tiny", 1'000, 400, 500'000, folder);
  }
}
