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
  if (auto kept = write_durably(folder / kAddressFile, address + "\n"); !kept) return kept;
  // The file is not the truth any more, and another one may take its place some day.
  std::error_code ignored;
  std::filesystem::remove(store_file(folder).string() + ".durable", ignored);
  return {};
}

Result<std::unique_ptr<Store>> make_store(const std::filesystem::path& folder) {
  const auto address = clickhouse_of(folder);
  return address ? open_clickhouse_store(*address, store_password(folder), folder)
                 : open_duckdb_store(store_file(folder));
}

Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& folder, Opens opens,
                                          StoreAccess access) {
  const auto address = clickhouse_of(folder);
  if (address) return open_clickhouse_store(*address, store_password(folder), folder, opens);
  std::error_code unknown;
  if (!std::filesystem::exists(store_file(folder), unknown)) {
    return Error{ErrorKind::corrupt_data,
                 store_file(folder).string() +
                     " is missing, and with it all events and scores: restore it from a backup, or "
                     "import the events into a new workspace"};
  }
  return open_duckdb_store(store_file(folder), access);
}

std::filesystem::path store_file(const std::filesystem::path& folder) {
  return folder / kStoreFile;
}

}  // namespace tidemark
