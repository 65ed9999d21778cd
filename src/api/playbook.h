#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/play.h"
#include "store/sqlite/control.h"
#include "store/store.h"

namespace tidemark {

/// The plays of a workspace: those of its `plays.toml`, else the built-in ones.
struct Playbook {
  std::string toml;
  bool is_own = false;  // of the workspace
  std::vector<Play> plays;

  const Play* find(std::string_view name) const;
};

std::filesystem::path playbook_file(const std::filesystem::path& folder);

/// Fails where `plays.toml` is wrong, saying where.
Result<Playbook> read_playbook(const std::filesystem::path& folder);
/// The same without reading what the text says, which may be wrong.
Result<Playbook> read_playbook_text(const std::filesystem::path& folder);

/// Puts other plays in its place, whole or not at all; they must be right.
Result<void> write_playbook(const std::filesystem::path& folder, const std::string& toml);

/// Turns a play on from the day on that follows the last published one. Fails where it cannot go
/// where it is to go.
Result<void> turn_on(Store& store, Control& control, const Play& play);

}  // namespace tidemark
