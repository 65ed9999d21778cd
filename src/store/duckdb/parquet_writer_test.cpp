#include "store/duckdb/parquet_writer.h"

#include <fstream>

#include <gtest/gtest.h>

#include "store/duckdb/parquet_file.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

TEST(ParquetWriter, writes_what_is_read_back) {
  using enum TableColumn::Type;
  const TableRows table{{{"a \"b\""}, {"n", number}, {"d", day}, {"t", truth}},
                        {{"x,\n'y'", "-5", "2026-03-17", "true"}, {"", "", "", ""}}};
  const auto bytes = parquet_of(table);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const TemporaryFolder folder;
  const auto path = folder.path() / "rows.parquet";
  std::ofstream(path, std::ios::binary) << *bytes;
  auto file = duck::ParquetFile::open(path);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->columns(), (std::vector<std::string>{"a \"b\"", "n", "d", "t"}));
  auto rows = file->read({0, 1, 2, 3}, {});
  ASSERT_TRUE(rows) << rows.error().message;
  std::vector<std::vector<std::string>> read;
  const auto done = rows->for_each_row([&](const duck::Chunk& chunk, std::size_t row) {
    auto& cells = read.emplace_back();
    for (std::size_t at = 0; at < 4; ++at) {
      cells.emplace_back(chunk.is_null(at, row) ? "null" : std::string(chunk.text(at, row)));
    }
  });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(read, (std::vector<std::vector<std::string>>{{"x,\n'y'", "-5", "2026-03-17", "true"},
                                                         {"", "null", "null", "null"}}));
}

TEST(ParquetWriter, refuses_a_cell_that_is_none_of_its_column) {
  const auto bytes = parquet_of({{{"n", TableColumn::Type::number}}, {{"many"}}});
  ASSERT_FALSE(bytes);
}

}  // namespace
}  // namespace tidemark
