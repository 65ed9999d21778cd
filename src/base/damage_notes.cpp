#include "base/damage_notes.h"

#include <fstream>

#include <fmt/format.h>

#include "base/durable_file.h"

namespace tidemark {

namespace fs = std::filesystem;

fs::path damage_file(const fs::path& file) {
  fs::path named = file;
  named += ".damage";
  return named;
}

std::vector<std::string> damage_notes(const fs::path& file) {
  std::ifstream stream(damage_file(file));
  std::vector<std::string> notes;
  for (std::string line; std::getline(stream, line);) notes.push_back(line);
  return notes;
}

fs::path free_name(const fs::path& file, std::string_view ending) {
  std::error_code unknown;
  for (int number = 1;; ++number) {
    fs::path name = file;
    name += fmt::format("{}{}", ending, number);
    if (!fs::exists(name, unknown)) return name;
  }
}

Result<void> set_damaged_aside(const fs::path& file, const fs::path& part, std::string_view what) {
  const fs::path aside = free_name(part, ".damaged-");
  std::ifstream stream(part, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (auto kept = write_durably(aside, bytes); !kept) return kept;
  std::string notes;
  for (const std::string& note : damage_notes(file)) notes += note + "\n";
  notes += fmt::format("{} was damaged: {}. As it was it is kept in {}.\n",
                       part.filename().string(), what, aside.filename().string());
  return write_durably(damage_file(file), notes);
}

}  // namespace tidemark
