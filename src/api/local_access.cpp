#include "api/local_access.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/json.h"
#include "wire/secret.h"

namespace tidemark {
namespace {

std::filesystem::path file_in(const std::filesystem::path& folder) { return folder / "serve.json"; }

}  // namespace

std::string LocalAccess::url(const std::string& path) const {
  const bool is_v6 = address.find(':') != std::string::npos;
  return is_v6 ? fmt::format("http://[{}]:{}{}", address, port, path)
               : fmt::format("http://{}:{}{}", address, port, path);
}

Result<LocalAccess> offer_local_access(const std::filesystem::path& folder,
                                       const std::string& address, std::uint16_t port) {
  const bool is_any = address == "0.0.0.0" || address == "::";
  const LocalAccess access{is_any ? "127.0.0.1" : address, port, make_write_key()};
  const auto file = file_in(folder);
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  // Nobody else may have it open before the token is in it.
  const int made = open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made >= 0) close(made);
  std::ofstream stream(file, std::ios::binary);
  stream << Json{{"address", access.address}, {"port", access.port}, {"token", access.token}};
  stream.close();
  if (!stream) {
    return Error{ErrorKind::unavailable,
                 fmt::format("{} cannot be written: {}", file.string(), std::strerror(errno))};
  }
  return access;
}

void forget_local_access(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::remove(file_in(folder), ignored);
}

std::optional<LocalAccess> local_access(const std::filesystem::path& folder) {
  std::ifstream stream(file_in(folder), std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) return std::nullopt;
  const Json json = Json::parse(text.str(), nullptr, false);
  if (json.is_discarded() || !json.is_object()) return std::nullopt;
  return LocalAccess{json.value("address", ""), json.value("port", std::uint16_t{0}),
                     json.value("token", "")};
}

}  // namespace tidemark
