#include "base/free_space.h"

#include <fmt/format.h>

namespace tidemark {

std::string low_space_warning(const std::filesystem::path& folder) {
  constexpr std::uintmax_t kMebibyte = std::uintmax_t{1} << 20;
  constexpr std::uintmax_t kEnough = 1024 * kMebibyte;
  std::error_code problem;
  const auto space = std::filesystem::space(folder, problem);
  if (problem || space.available >= kEnough) return "";
  return fmt::format("Only {} MiB are free on the disk of {}: make room before events are refused.",
                     space.available / kMebibyte, folder.string());
}

}  // namespace tidemark
