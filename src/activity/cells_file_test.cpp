#include "activity/cells_file.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/random_activity.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

using Cell = std::tuple<AccountNumber, Day, SignalNumber, std::uint32_t>;

std::vector<Cell> cells_of(const History& history) {
  std::vector<Cell> cells;
  for (AccountNumber account = 0; account < history.accounts(); ++account) {
    history.for_each_cell(account, history.days(), [&](Day day, std::uint32_t kind) {
      cells.emplace_back(account, day, history.kinds()[kind].signal, history.kinds()[kind].count);
    });
  }
  return cells;
}

RC_GTEST_PROP(CellsFile, gives_back_what_was_kept, ()) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "cells";
  History history = History::of({*random_occurrences()}, kLogAccounts, Cores(1));
  RC_ASSERT(write_cells(file, "key", history));
  auto read = read_cells(file, "key", Cores(2));
  RC_ASSERT(read.has_value());
  RC_ASSERT(cells_of(*read) == cells_of(history));
  RC_ASSERT(read->cells() == history.cells());
  // It can be extended like the one that was kept.
  const auto more = *random_occurrences();
  history.extend(more);
  read->extend(more);
  RC_ASSERT(cells_of(*read) == cells_of(history));
}

TEST(CellsFile, under_another_key_or_damaged_is_not_there) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "cells";
  std::vector<Occurrence> occurrences;
  for (int at = 0; at < 300; ++at) {
    occurrences.push_back(
        Occurrence::of(AccountNumber(at % 5), kLogBegin + at % 40, SignalNumber(at % 3)));
  }
  EXPECT_FALSE(read_cells(file, "key", Cores(1)));
  ASSERT_TRUE(write_cells(file, "key", History::of({occurrences}, 5, Cores(1))));
  EXPECT_TRUE(read_cells(file, "key", Cores(1)));
  EXPECT_FALSE(read_cells(file, "kez", Cores(1)));

  std::ostringstream whole;
  whole << std::ifstream(file, std::ios::binary).rdbuf();
  const std::string bytes = whole.str();
  for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 97) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::ofstream(file, std::ios::binary) << damaged;
    EXPECT_FALSE(read_cells(file, "key", Cores(1))) << "byte " << at;
    std::ofstream(file, std::ios::binary) << bytes.substr(0, at);
    EXPECT_FALSE(read_cells(file, "key", Cores(1))) << "cut at " << at;
  }
  std::ofstream(file, std::ios::binary) << bytes << "more";
  EXPECT_FALSE(read_cells(file, "key", Cores(1)));
}

}  // namespace
}  // namespace tidemark
