#include "cli/folder_access.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidemark {

std::string user_name(unsigned user) {
  const passwd* const entry = getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::string unusable_file(const std::filesystem::path& folder) {
  std::error_code unknown;
  // What people put beside, and the files of destinations, are not ours.
  for (const char* own : {"", "messages", "cache"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / own, unknown)) {
      const std::string name = entry.path().filename().string();
      const bool is_own = *own != '\0' || name.starts_with("tidemark.") ||
                          name.starts_with("control.sqlite") || name == "secret.key" ||
                          name == "messages" || name == "cache" || name == "serve.json";
      if (!is_own || access(entry.path().c_str(), R_OK | W_OK) == 0) continue;
      struct stat state{};
      if (stat(entry.path().c_str(), &state) != 0) continue;
      return fmt::format("{} (of {})", entry.path().string(), user_name(state.st_uid));
    }
  }
  return "";
}

Result<StoreAccess> folder_access(const std::filesystem::path& folder) {
  struct stat state{};
  if (stat(folder.c_str(), &state) != 0) return StoreAccess::reads_and_writes;  // said when opened
  if (access(folder.c_str(), W_OK) != 0) return StoreAccess::reads;
  if (geteuid() == 0 && state.st_uid != 0) {
    return Error{
        ErrorKind::unavailable,
        fmt::format("{0} belongs to {1}, who could not write what root makes there; run it "
                    "as that user: sudo -u {1} tidemark …",
                    folder.string(), user_name(state.st_uid))};
  }
  if (const std::string file = unusable_file(folder); !file.empty()) {
    return Error{ErrorKind::unavailable,
                 fmt::format("{} cannot be read and written by {}; give the whole folder to one "
                             "user: sudo chown -R {} {}",
                             file, user_name(geteuid()), user_name(state.st_uid), folder.string())};
  }
  return StoreAccess::reads_and_writes;
}

}  // namespace tidemark
