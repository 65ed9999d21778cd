#include "collect/parquet_records.h"

#include <gtest/gtest.h>

#include "collect/importer.h"
#include "store/duckdb/duckdb_store.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

class ParquetTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& select) {
    auto database = duck::Database::open({});
    auto connection = database->connect();
    const auto file = folder_.path() / "events.parquet";
    const auto written =
        connection->run("COPY (" + select + ") TO '" + file.string() + "' (FORMAT parquet)");
    EXPECT_TRUE(written) << written.error().message;
    return file;
  }

  TemporaryFolder folder_;
};

TEST_F(ParquetTest, reads_columns_of_any_type_and_keeps_the_others_as_properties) {
  const auto file = write(
      "SELECT 7 AS account_id, 'report_created' AS event, TIMESTAMPTZ '2026-03-02 10:00:00+01' AS "
      "timestamp, NULL::VARCHAR AS user_id, 3 AS pages, {'plan': 'pro'} AS properties");
  auto records = ParquetRecords::open(file, {});
  ASSERT_TRUE(records) << records.error().message;
  const auto reading = (*records)->next();
  ASSERT_TRUE(reading);
  const auto& record = std::get<Record>(*reading);
  EXPECT_EQ(record.field(Field::account), "7");
  EXPECT_EQ(record.field(Field::time), "2026-03-02 09:00:00+00");
  EXPECT_EQ(record.field(Field::user), "");
  EXPECT_EQ(record.field(Field::properties), R"({"plan":"pro"})");
  EXPECT_EQ(record.other_members, R"("pages":3)");
  EXPECT_TRUE(std::holds_alternative<EndOfFile>(*(*records)->next()));
}

TEST_F(ParquetTest, is_imported_row_by_row) {
  const auto file = write(
      "SELECT 'a' || (i % 100) AS company_id, 'e' || (i % 3) AS event_name, TIMESTAMP '2026-01-01' "
      "+ "
      "INTERVAL (i) MINUTE AS time, CASE WHEN i = 5000 THEN NULL ELSE i END AS message_id FROM "
      "range(10000) AS t(i)");
  const auto store = open_duckdb_store(folder_.path() / "s.duckdb");
  const FixedClock clock(Instant{std::chrono::days{parse_day("2026-03-01")->number}});
  const std::atomic<bool> is_never_interrupted{false};
  Importer importer(**store, clock, is_never_interrupted, [](const auto&) {});
  const auto outcome = importer.import_file(file, "events.parquet", {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->import.taken, 10'000U);
  EXPECT_EQ((*store)->account_ids()->size(), 100U);
  EXPECT_EQ((*store)->event_names()->size(), 3U);
  EXPECT_EQ((*store)->events_of(0)->front().at,
            Instant{std::chrono::days{parse_day("2026-01-01")->number}});
}

TEST_F(ParquetTest, of_an_archive_is_read_message_by_message) {
  const auto file = write(
      "SELECT uuid()::VARCHAR AS uuid, 'e' || (i % 3) AS event, 'u' || (i % 10) AS distinct_id, "
      "TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (i) MINUTE AS timestamp, "
      "to_json({'$groups': {'company': 'a' || (i % 7)}})::VARCHAR AS properties, 7 AS team_id "
      "FROM range(1000) AS t(i)");
  const auto store = open_duckdb_store(folder_.path() / "s.duckdb");
  const FixedClock clock(Instant{std::chrono::days{parse_day("2026-03-01")->number}});
  const std::atomic<bool> is_never_interrupted{false};
  Importer importer(**store, clock, is_never_interrupted, [](const auto&) {});
  ImportOptions options;
  options.dialect = "posthog";
  const auto outcome = importer.import_file(file, "export.parquet", options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->import.taken, 1'000U);
  EXPECT_EQ(outcome->import.rejected, 0U);
  EXPECT_EQ((*store)->account_ids()->size(), 7U);
  const auto first = (*store)->events_of(0)->front();
  EXPECT_EQ(first.at, Instant{std::chrono::days{parse_day("2026-01-01")->number}});
  EXPECT_EQ(first.user, "u0");
}

}  // namespace
}  // namespace tidemark
