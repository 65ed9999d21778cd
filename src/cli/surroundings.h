#pragma once

#include <cstdio>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "store/store.h"

namespace tidemark {

/// Where the command of a thread runs: in a process of its own, or in the server that has the
/// workspace open, on behalf of a process that waits for it.
struct Surroundings {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  std::FILE* progress = nullptr;  // of a served command: where somebody looks; null: nobody does
  std::filesystem::path folder = {};  // where relative paths begin; empty: the process's folder
  Store* store = nullptr;             // the server's; null: the command opens the workspace's
  Reads reads = Reads::newest;        // of that

  bool is_served() const { return store != nullptr; }
};

/// Those of this thread.
Surroundings& surroundings();

/// The file as its user means it.
std::filesystem::path resolved(const std::filesystem::path& file);

/// What a command says.
template <class... Values>
void print(fmt::format_string<Values...> text, Values&&... values) {
  fmt::print(surroundings().out, text, std::forward<Values>(values)...);
}

/// What it says beside that: errors, progress, warnings.
template <class... Values>
void print_beside(fmt::format_string<Values...> text, Values&&... values) {
  fmt::print(surroundings().err, text, std::forward<Values>(values)...);
}

}  // namespace tidemark
