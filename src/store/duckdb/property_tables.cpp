#include "store/duckdb/property_tables.h"

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

// $1 is the instant the import began. {0} is the table, {1} its column of the subject.
constexpr const char* kTakeStatements = R"sql(
  INSERT INTO {0}
  WITH latest AS (
    SELECT DISTINCT ON ({1}, property) {1}, property, value FROM {0}
    ORDER BY {1}, property, since DESC NULLS LAST, import DESC, line DESC)
  SELECT incoming.{1}, incoming.property, incoming.value,
         CASE WHEN incoming.since IS NULL
                   AND EXISTS (SELECT 1 FROM {0} AS earlier WHERE earlier.{1} = incoming.{1}
                               AND earlier.property = incoming.property
                               AND earlier.import <> incoming.import)
              THEN make_timestamp($1::BIGINT) ELSE incoming.since END,
         incoming.import, incoming.line
  FROM incoming_{0} AS incoming
  LEFT JOIN latest ON latest.{1} = incoming.{1} AND latest.property = incoming.property
  WHERE incoming.since IS NOT NULL OR latest.value IS DISTINCT FROM incoming.value
)sql";

struct SubjectTable {
  const char* name;
  const char* subject;
};

SubjectTable table_of(Subject subject) {
  return subject == Subject::account ? SubjectTable{"account_property", "account"}
                                     : SubjectTable{"user_property", "user_id"};
}

Result<void> append_incoming(Connection& connection, const std::string& table,
                             const StatementBatch& statements, std::uint32_t import) {
  auto appender = Appender::open(connection, table.c_str());
  if (!appender) return appender.error();
  for (std::size_t at = 0; at < statements.size(); ++at) {
    const auto [chunk, row] = appender->next_row();
    if (statements.subject == Subject::account) {
      chunk.column<std::uint32_t>(0)[row] = statements.account[at];
    } else {
      chunk.set_text(0, row, statements.user[at]);
    }
    chunk.set_text(1, row, statements.property[at]);
    chunk.set_text(2, row, statements.value[at]);
    if (const auto since = statements.since[at]) {
      chunk.column<std::int64_t>(3)[row] = since->time_since_epoch().count();
    } else {
      chunk.set_null(3, row);
    }
    chunk.column<std::uint32_t>(4)[row] = import;
    chunk.column<std::uint64_t>(5)[row] = statements.line[at];
  }
  return appender->close();
}

Result<std::vector<Statement>> read_statements(Connection& connection, Subject subject,
                                               const std::string& condition) {
  const SubjectTable table = table_of(subject);
  auto rows =
      connection.query(fmt::format("SELECT {1}, property, value, since FROM {0} {2} "
                                   "ORDER BY {1}, property, since NULLS FIRST, import, line",
                                   table.name, table.subject, condition));
  if (!rows) return rows.error();
  std::vector<Statement> statements;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    Statement statement;
    if (subject == Subject::account) {
      statement.account = chunk.column<std::uint32_t>(0)[row];
    } else {
      statement.user = chunk.text(0, row);
    }
    statement.property = chunk.text(1, row);
    statement.value = chunk.text(2, row);
    if (!chunk.is_null(3, row)) {
      statement.since = Instant{std::chrono::microseconds{chunk.column<std::int64_t>(3)[row]}};
    }
    statements.push_back(std::move(statement));
  });
  if (!read) return read.error();
  return statements;
}

std::string listed(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(quoted_text(text));
  return fmt::format("({})", fmt::join(quoted, ", "));
}

}  // namespace

Result<void> append_statements(Connection& connection, const StatementBatch& statements,
                               const Import& import) {
  if (statements.size() == 0) return {};
  const SubjectTable table = table_of(statements.subject);
  const std::string incoming = fmt::format("incoming_{}", table.name);
  if (auto made = connection.run(
          fmt::format("CREATE OR REPLACE TEMP TABLE {} AS SELECT * FROM {} WITH NO DATA", incoming,
                      table.name));
      !made) {
    return made.error();
  }
  if (auto done = append_incoming(connection, incoming, statements, import.number); !done) {
    return done;
  }
  auto taken = connection.query(fmt::format(kTakeStatements, table.name, table.subject),
                                {import.started.time_since_epoch().count()});
  if (!taken) return taken.error();
  return {};
}

Result<void> append_dated_statements(Connection& connection, const StatementBatch& statements) {
  if (statements.size() == 0) return {};
  constexpr std::uint32_t kLive = 0;
  return append_incoming(connection, table_of(statements.subject).name, statements, kLive);
}

Result<std::vector<Statement>> account_statements(Connection& connection,
                                                  const std::vector<std::string>& properties) {
  return read_statements(connection, Subject::account,
                         properties.empty() ? "" : "WHERE property IN " + listed(properties));
}

Result<std::vector<Statement>> statements_of_account(Connection& connection,
                                                     AccountNumber account) {
  return read_statements(connection, Subject::account, fmt::format("WHERE account = {}", account));
}

Result<std::vector<Statement>> statements_of_users(Connection& connection,
                                                   const std::vector<std::string>& users,
                                                   const std::string& property) {
  if (users.empty()) return std::vector<Statement>{};
  return read_statements(
      connection, Subject::user,
      fmt::format("WHERE property = {} AND user_id IN {}", quoted_text(property), listed(users)));
}

}  // namespace tidemark::duck
