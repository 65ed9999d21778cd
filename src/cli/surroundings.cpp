#include "cli/surroundings.h"

namespace tidemark {

Surroundings& surroundings() {
  thread_local Surroundings here;
  return here;
}

std::filesystem::path resolved(const std::filesystem::path& file) {
  return file.is_relative() && !surroundings().folder.empty() ? surroundings().folder / file : file;
}

}  // namespace tidemark
