#include "store/clickhouse/schema.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/check.h"

namespace tidemark::click {
namespace {

constexpr std::uint32_t kVersion = 2;  // 2: mapped tables

// Instants are microseconds, days are counted from 1970-01-01, and what there is not is the least
// value, or an empty text: types and sentinels that old servers and new ones share.
constexpr std::array kTables{
    Table{"account", Lane::log, "number UInt32, id String", "", "number"},
    Table{"event_name", Lane::log, "number UInt16, name String", "", "number"},
    Table{"event", Lane::log,
          "account UInt32, happened_at Int64, name UInt16, user_id String, properties String, "
          "received_at Int64, message_high UInt64, message_low UInt64, import UInt32, "
          "anonymous_id String, source UInt16, line UInt32",
          // A batch of an import may be of many years, and an insert of a hundred partitions at
          // most.
          "toYear(toDate(intDiv(happened_at, 86400000000)))", "account, happened_at", true},
    Table{"import", Lane::log,
          "number UInt32, name String, content String, settings String, started Int64, "
          "records UInt64, taken UInt64, duplicates UInt64, rejected UInt64, is_complete UInt8",
          "", "number"},
    Table{"reject", Lane::log,
          "import UInt32, line UInt64, field String, value String, reason UInt8, record String", "",
          "import, line"},
    Table{"property", Lane::log,
          "subject UInt8, account UInt32, user_id String, property String, value String, "
          "since Int64, import UInt32, line UInt64",
          "", "subject, account, user_id, property"},
    Table{"alias", Lane::log, "id String, user_id String, since Int64, import UInt32", "", "id"},
    Table{"account_merge", Lane::log,
          "account UInt32, into_account UInt32, since Int64, is_gone UInt8", "", "account"},
    Table{"domain_rule", Lane::log, "is_on UInt8, since Int64", "", "since"},
    Table{"refusal", Lane::log,
          "number UInt64, source UInt16, dialect String, received_at Int64, reason UInt8, "
          "field String, value String, message String, is_gone UInt8",
          "", "number"},
    Table{"forgotten_import", Lane::log, "import UInt32", "", "import"},
    // As it was mapped, how it is read, and what was seen of it at its last look.
    Table{"mapped_table", Lane::log,
          "name String, account String, event String, at String, user String, properties String, "
          "account_read String, event_read String, micros_read String, user_read String, "
          "properties_read String, until Int64, row_count UInt64, checksum UInt64, "
          "events UInt64, first Int64, last Int64, is_gone UInt8",
          "", "step"},
    Table{"definition", Lane::published, "hash String, canonical String", "", "hash"},
    Table{"calibration", Lane::published,
          "day Int32, churn_episodes Int64, snapshots_left Int64, snapshots_stayed Int64, "
          "engaged_accounts Int64, basis UInt8, high_guard UInt8, reference Int64, low_cut Int64, "
          "high_cut Int64",
          "", "day"},
    Table{"calibration_evidence", Lane::published, "day Int32, evidence String", "", "day"},
    Table{"published_day", Lane::published,
          "day Int32, definition String, calibration Int32, inactive Int64, none Int64, "
          "engaged Int64, low Int64, medium Int64, high Int64",
          "", "day"},
    Table{"level", Lane::published,
          "day Int32, account UInt32, milli_points Int64, level UInt8, published UInt8, "
          "target UInt8, waited UInt8",
          "", "account, day", true},
    Table{"change", Lane::published,
          "day Int32, account UInt32, from_level UInt8, to_level UInt8, milli_points_before Int64, "
          "milli_points_after Int64, is_merge UInt8",
          "", "account, day", true},
    Table{"correction", Lane::published,
          "day Int32, account UInt32, milli_points_published Int64, milli_points_now Int64", "",
          "account, day", true},
    Table{"published_merge", Lane::published,
          "account UInt32, into_account UInt32, first_day Int32, parted_day Int32", "", "account"},
    // The merges of a step take the place of all before; there may be none.
    Table{"published_merges", Lane::published, "merges UInt32", "", "step"},
    Table{"incomplete_day", Lane::published,
          "day Int32, why String, is_by_hand UInt8, is_lifted UInt8", "", "day"},
    // What was published from the day on by steps before is forgotten; definitions too, where all
    // is.
    Table{"forgotten_day", Lane::published, "day Int32, is_all UInt8", "", "day"}};

constexpr std::array kBoardTables{
    Table{"work", Lane::log,
          "number UInt64, terms String, log_step UInt64, published_step UInt64, is_over UInt8", "",
          "number"},
    Table{"post", Lane::log, "work UInt64, topic String, member UInt32, body String", "",
          "work, topic, member", false, true}};

std::string on_cluster(const Server& server) {
  const std::string& cluster = server.address().cluster;
  return cluster.empty() ? "" : fmt::format(" ON CLUSTER {}", cluster);
}

/// The name under which a shard keeps its part.
std::string name_here(const Server& server, const Table& table) {
  return server.address().cluster.empty() ? table.name : fmt::format("{}_here", table.name);
}

/// Settings of a table whose parts are on the disk when an insert is answered; empty where the
/// server has none.
Result<std::string> durable_settings(const Server& server) {
  std::string settings;
  auto read = server.query(
      "SELECT name FROM system.merge_tree_settings WHERE name IN ('fsync_after_insert', "
      "'fsync_part_directory') ORDER BY name",
      {Field::text}, [&](const Row& row) {
        settings += fmt::format("{}{} = 1", settings.empty() ? "" : ", ", row.text(0));
      });
  if (!read) return read.error();
  return settings;
}

Result<void> make_table(const Server& server, const Table& table, std::string_view own,
                        std::string settings) {
  const Address& address = server.address();
  const std::string here = name_here(server, table);
  const std::string columns = fmt::format("({}{})", table.columns, own);
  const std::string engine =
      address.replicas > 0
          ? fmt::format("ReplicatedMergeTree('/tidemark/{}/{{shard}}/{}', '{{replica}}')",
                        address.database, here)
          : "MergeTree()";
  std::string sql = fmt::format("CREATE TABLE IF NOT EXISTS {}{} {} ENGINE = {} ", here,
                                on_cluster(server), columns, engine);
  if (*table.partition != '\0') sql += fmt::format("PARTITION BY {} ", table.partition);
  sql += fmt::format("ORDER BY ({})", table.order);
  if (table.has_large_rows) {
    settings += fmt::format("{}index_granularity = 1", settings.empty() ? "" : ", ");
  }
  if (!settings.empty()) sql += " SETTINGS " + settings;
  auto made = server.run(sql);
  if (!made || address.cluster.empty()) return made;
  // Of a whole number, always 0: the first shard.
  const std::string first = fmt::format(
      "{} % 1",
      own.empty() ? std::string_view(table.order).substr(0, std::string_view(table.order).find(','))
                  : "step");
  return server.run(
      fmt::format("CREATE TABLE IF NOT EXISTS {}{} {} ENGINE = Distributed({}, {}, {}, {})",
                  table.name, on_cluster(server), columns, address.cluster, address.database, here,
                  table.is_of_accounts ? "account" : first));
}

}  // namespace

Result<void> remove_rows(const Server& server, const Table& table, const std::string& condition) {
  return server.run(fmt::format("ALTER TABLE {}{} DELETE WHERE {}", name_here(server, table),
                                on_cluster(server), condition));
}

std::span<const Table> tables() { return kTables; }
const Table& table_named(std::string_view name) {
  const auto found = std::ranges::find(
      kTables, name, [](const Table& table) { return std::string_view(table.name); });
  CHECK(found != kTables.end());
  return *found;
}
std::span<const Table> tables_of_boards() { return kBoardTables; }

Result<bool> migrate(const Server& server) {
  std::uint8_t is_there = 0;
  auto read = server.query("EXISTS TABLE migration", {Field::u8},
                           [&](const Row& row) { is_there = row.number<std::uint8_t>(0); });
  if (!read) return read.error();
  std::uint32_t version = 0;
  if (is_there != 0) {
    read = server.query("SELECT max(version) FROM migration", {Field::u32},
                        [&](const Row& row) { version = row.number<std::uint32_t>(0); });
    if (!read) return read.error();
  }
  if (version > kVersion) {
    return Error{ErrorKind::conflict,
                 fmt::format("the tables are of version {}, written by a newer Tidemark; this one "
                             "knows version {}",
                             version, kVersion)};
  }
  if (version == kVersion) return false;
  const auto settings = durable_settings(server);
  if (!settings) return settings.error();
  for (const Table& table : kTables) {
    if (auto made = make_table(server, table, ", step UInt64", *settings); !made)
      return made.error();
    if (version == 0 || settings->empty()) continue;
    auto set = server.run(fmt::format("ALTER TABLE {}{} MODIFY SETTING {}",
                                      name_here(server, table), on_cluster(server), *settings));
    if (!set) return set.error();
  }
  // Which steps were tried, done, given up.
  const Table journal{"journal", Lane::log, "lane UInt8, state UInt8", "", "lane, step"};
  if (auto made = make_table(server, journal, ", step UInt64", *settings); !made)
    return made.error();
  for (const Table& table : kBoardTables) {
    if (auto made = make_table(server, table, "", *settings); !made) return made.error();
  }
  const Table migration{"migration", Lane::log, "version UInt32, store String", "", "version"};
  if (auto made = make_table(server, migration, "", *settings); !made) return made.error();
  const bool is_new = version == 0;
  std::string store;
  read = server.query(is_new ? "SELECT toString(rand64())" : "SELECT min(store) FROM migration",
                      {Field::text}, [&](const Row& row) { store = row.text(0); });
  if (!read) return read.error();
  RowWriter row;
  row.number(kVersion).text(store);
  if (auto noted = server.insert("migration", row); !noted) return noted.error();
  return is_new;
}

Result<std::string> store_name(const Server& server) {
  std::string name;
  auto read = server.query("SELECT min(store) FROM migration", {Field::text},
                           [&](const Row& row) { name = row.text(0); });
  if (!read) return read.error();
  return name;
}

}  // namespace tidemark::click
