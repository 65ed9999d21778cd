#include "store/duckdb/verification.h"

#include <array>

#include <fmt/format.h>

#include "base/sha256.h"

namespace tidemark::duck {
namespace {

/// A query that counts what must not be there, and what that is.
struct Rule {
  const char* what;
  const char* count;
};

constexpr std::array kRules{
    Rule{"events that are of no account in the list of accounts",
         "SELECT count(*) FROM event WHERE account IS NOT NULL AND account NOT IN (SELECT number "
         "FROM account)"},
    Rule{"events whose name is in no list",
         "SELECT count(*) FROM event WHERE name NOT IN (SELECT number FROM event_name)"},
    Rule{"events of batches that the log does not know",
         "SELECT count(*) FROM event WHERE batch > (SELECT max(batch) FROM event_log)"},
    Rule{"events whose properties are no JSON",
         "SELECT count(*) FROM event WHERE properties IS NOT NULL AND NOT json_valid(properties)"},
    Rule{"account ids with two numbers",
         "SELECT count(*) FROM (SELECT id FROM account GROUP BY id HAVING count(*) > 1)"},
    Rule{
        "imports whose events are not as many as were taken",
        "SELECT count(*) FROM import LEFT JOIN (SELECT import, count(*) AS events FROM event GROUP "
        "BY import) AS stored ON stored.import = import.number WHERE stored.events != "
        "import.taken"},
    Rule{
        "published days without their definition",
        "SELECT count(*) FROM published_day WHERE definition NOT IN (SELECT hash FROM definition)"},
    Rule{"published days without their calibration",
         "SELECT count(*) FROM published_day WHERE calibration IS NOT NULL AND calibration NOT IN "
         "(SELECT day FROM calibration)"},
    Rule{"levels of days that are not published",
         "SELECT count(*) FROM level WHERE day NOT IN (SELECT day FROM published_day)"},
    Rule{"level changes of days that are not published",
         "SELECT count(*) FROM change WHERE day NOT IN (SELECT day FROM published_day)"},
};

Result<std::vector<std::string>> tables(Connection& connection) {
  return connection.texts(
      "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY 1");
}

Result<void> read_whole(Connection& connection, const std::string& table) {
  auto rows = connection.query(
      fmt::format("SELECT bit_xor(hash(whole)) FROM main.\"{0}\" AS whole", table));
  if (!rows) return rows.error();
  return rows->for_each_chunk([](const Chunk&) {});
}

Result<std::int64_t> counted_by(Connection& connection, const Rule& rule) {
  auto rows = connection.query(rule.count);
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  return chunk && chunk.size() > 0 ? chunk.column<std::int64_t>(0)[0] : 0;
}

/// A definition is named by the hash of its text.
Result<std::int64_t> garbled_definitions(Connection& connection) {
  auto rows = connection.query("SELECT hash, canonical FROM definition");
  if (!rows) return rows.error();
  std::int64_t wrong = 0;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    wrong += sha256(chunk.text(1, row)) != chunk.text(0, row) ? 1 : 0;
  });
  if (!read) return read.error();
  return wrong;
}

}  // namespace

Result<std::vector<std::string>> verify(Connection& connection) {
  std::vector<std::string> problems;
  const auto names = tables(connection);
  if (!names) return names.error();
  for (const std::string& table : *names) {
    if (auto read = read_whole(connection, table); !read) {
      problems.push_back(
          fmt::format("the table {} cannot be read: {}", table, read.error().message));
    }
  }
  // Of what cannot be read nothing more is asked.
  if (!problems.empty()) return problems;
  for (const Rule& rule : kRules) {
    const auto count = counted_by(connection, rule);
    if (!count) return count.error();
    if (*count > 0) problems.push_back(fmt::format("{} {}", *count, rule.what));
  }
  const auto garbled = garbled_definitions(connection);
  if (!garbled) return garbled.error();
  if (*garbled > 0) {
    problems.push_back(
        fmt::format("{} definitions whose text is not that of their name", *garbled));
  }
  return problems;
}

}  // namespace tidemark::duck
