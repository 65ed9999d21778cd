#include "cli/workspace_store.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/durable_file.h"
#include "store/duckdb/duckdb_store.h"

namespace tidemark {
namespace {

constexpr const char* kStoreFile = "tidemark.duckdb";
constexpr const char* kAddressFile = "store.url";
constexpr const char* kPasswordFile = "store.password";

/// A file's first line; none where there is no such file.
std::optional<std::string> first_line(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (!stream || !std::getline(stream, line)) return std::nullopt;
  return line;
}

}  // namespace

std::string store_password(const std::filesystem::path& folder) {
  if (const char* from_environment = std::getenv("TIDEMARK_STORE_PASSWORD")) {
    return from_environment;
  }
  return first_line(folder / kPasswordFile).value_or("");
}

std::optional<std::string> clickhouse_of(const std::filesystem::path& folder) {
  return first_line(folder / kAddressFile);
}

Result<void> keep_in_clickhouse(const std::filesystem::path& folder, const std::string& address) {
  const auto store = open_clickhouse_store(address, store_password(folder), folder);
  if (!store) return store.error();
  return write_durably(folder / kAddressFile, address + "\n");
}

Result<void> use_clickhouse(const std::filesystem::path& folder, const std::string& address) {
  if (auto adopted = adopt_clickhouse_store(address, store_password(folder), folder); !adopted) {
    return adopted;
  }
  return write_durably(folder / kAddressFile, address + "\n");
}

Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& folder, Opens opens) {
  const auto address = clickhouse_of(folder);
  return address ? open_clickhouse_store(*address, store_password(folder), folder, opens)
                 : open_duckdb_store(store_file(folder));
}

std::filesystem::path store_file(const std::filesystem::path& folder) {
  return folder / kStoreFile;
}

}  // namespace tidemark
