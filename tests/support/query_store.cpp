// Prints what a query finds in a DuckDB file, a row a line, columns parted by tabs: for tests that
// compare what is stored byte for byte. The file is only read.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <duckdb.h>

int main(int count, char** arguments) {
  if (count != 3) return std::fprintf(stderr, "query_store FILE SQL\n"), 2;
  duckdb_config config = nullptr;
  duckdb_create_config(&config);
  duckdb_set_config(config, "access_mode", "READ_ONLY");
  duckdb_database database = nullptr;
  char* problem = nullptr;
  if (duckdb_open_ext(arguments[1], &database, config, &problem) == DuckDBError) {
    return std::fprintf(stderr, "%s\n", problem), 1;
  }
  duckdb_connection connection = nullptr;
  duckdb_connect(database, &connection);
  duckdb_result result{};
  if (duckdb_query(connection, arguments[2], &result) == DuckDBError) {
    return std::fprintf(stderr, "%s\n", duckdb_result_error(&result)), 1;
  }
  const idx_t columns = duckdb_column_count(&result);
  for (idx_t row = 0; row < duckdb_row_count(&result); ++row) {
    for (idx_t column = 0; column < columns; ++column) {
      char* const text = duckdb_value_varchar(&result, column, row);
      std::printf("%s%s", column == 0 ? "" : "\t", text == nullptr ? "-" : text);
      duckdb_free(text);
    }
    std::printf("\n");
  }
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
}
