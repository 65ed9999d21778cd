#pragma once

#include <string>

#include "cli/command.h"

namespace tidemark {

/// What the subcommands of `tidemark definition` are asked.
struct DefinitionOptions {
  std::string file;     // else tidemark.toml
  std::string version;  // the beginning of a published version's hash
  int limit = 20;
  bool as_toml = false;
  bool as_json = false;
};

Result<void> check_definition(const Invocation& invocation, const DefinitionOptions& options);
Result<void> show_definition(const Invocation& invocation, const DefinitionOptions& options);
Result<void> diff_definition(const Invocation& invocation, const DefinitionOptions& options);
Result<void> list_definition_history(const Invocation& invocation,
                                     const DefinitionOptions& options);

/// A version as people name it.
inline std::string short_hash(std::string_view hash) { return std::string(hash.substr(0, 12)); }

}  // namespace tidemark
