#include "store/duckdb/migrations.h"

#include <fmt/format.h>

#include "store/duckdb/migration_files.h"

namespace tidemark::duck {
namespace {

/// The table of migrations is the first that is made.
Result<bool> is_new(Connection& connection) {
  auto rows = connection.query(
      "SELECT count(*)::BIGINT FROM duckdb_tables() WHERE table_name = 'migration'");
  if (!rows) return rows.error();
  return rows->next().column<std::int64_t>(0)[0] == 0;
}

Result<std::size_t> applied_migrations(Connection& connection) {
  const auto has_none = is_new(connection);
  if (!has_none) return has_none.error();
  if (*has_none) {
    auto made = connection.run("CREATE TABLE migration (number INTEGER NOT NULL)");
    if (!made) return made.error();
  }
  auto rows = connection.query("SELECT count(*)::BIGINT FROM migration");
  if (!rows) return rows.error();
  return static_cast<std::size_t>(rows->next().column<std::int64_t>(0)[0]);
}

}  // namespace

Result<void> migrate(Connection& connection) {
  const auto applied = applied_migrations(connection);
  if (!applied) return applied.error();
  if (*applied > kMigrationFiles.size()) {
    return Error{ErrorKind::conflict,
                 fmt::format("the workspace was written by a newer Tidemark (version {} of its "
                             "tables, this one knows {}); use the newer one",
                             *applied, kMigrationFiles.size())};
  }
  for (std::size_t at = *applied; at < kMigrationFiles.size(); ++at) {
    auto transaction = Transaction::begin(connection, Transaction::Purpose::writes);
    if (!transaction) return transaction.error();
    if (auto done = connection.run(kMigrationFiles[at]); !done) return done.error();
    if (auto noted = connection.run(fmt::format("INSERT INTO migration VALUES ({})", at + 1));
        !noted) {
      return noted.error();
    }
    if (auto committed = transaction->commit(); !committed) return committed.error();
  }
  return {};
}

}  // namespace tidemark::duck
