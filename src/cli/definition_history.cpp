#include <fmt/format.h>

#include "cli/definition_command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/definition_json.h"
#include "score/definition_versions.h"
#include "wire/definition_json.h"

namespace tidemark {
Result<void> list_definition_history(const Invocation& invocation,
                                     const DefinitionOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto versions = definition_versions(*workspace->store);
  if (!versions) return versions.error();
  Table table({{"Version"}, {"name"}, {"from"}, {"to"}, {"what changed"}});
  for (const auto& [hash, definition, first, last, differences] : *versions) {
    std::string words;
    for (const DefinitionDifference& difference : differences) {
      words += fmt::format("{}{}: {} → {}", words.empty() ? "" : "; ", difference.what,
                           difference.before.empty() ? "–" : difference.before,
                           difference.after.empty() ? "–" : difference.after);
    }
    table.add({short_hash(hash), visible(definition.name), readable_day(first), readable_day(last),
               visible(words)});
  }
  if (options.as_json) {
    print("{}\n", versions_json(*versions).dump(1));
  } else if (versions->empty()) {
    print("Nothing is published yet.\n");
  } else {
    print("{}", table.text(invocation.terminal));
    if (versions->back().hash != definition_hash(workspace->definition)) {
      print("\ntidemark.toml says otherwise since: tidemark definition diff\n");
    }
  }
  return {};
}

}  // namespace tidemark
