#include <fmt/format.h>

#include "cli/definition_command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "score/definition_critique.h"
#include "wire/definition_json.h"
#include "wire/json.h"
#include "wire/names.h"

namespace tidemark {
Result<void> check_definition(const Invocation& invocation, const DefinitionOptions& options) {
  const auto file = options.file.empty() ? definition_file(invocation.folder)
                                         : std::filesystem::path(options.file);
  const auto definition = read_definition(file);
  if (!definition) return definition.error();
  auto workspace = open_workspace_under(invocation.folder, *definition);
  if (!workspace) return workspace.error();
  const auto critique = criticise(*workspace->store, *definition);
  if (!critique) return critique.error();
  const auto& [warnings, unscored] = *critique;
  const std::string hash = definition_hash(*definition);
  if (options.as_json) {
    print("{}\n",
          Json{{"version", hash}, {"warnings", warnings}, {"unscored_events", unscored}}.dump(1));
    return {};
  }
  const int width = invocation.terminal.width();
  print("{}\n", wrapped(fmt::format("{} is a valid definition, version {}: {}, levels by {}.",
                                    file.string(), short_hash(hash),
                                    counted(std::ssize(definition->actions), "action", "actions"),
                                    levels_by_name(definition->levels.by)),
                        width));
  Table table({{""}, {""}});
  for (const std::string& warning : warnings) table.add({"!", visible(warning)});
  print("{}", table.text(invocation.terminal));
  if (!unscored.empty()) {
    print("{}\n", wrapped(fmt::format("Seen, but earning nothing: {}.",
                                      visible(fmt::format("{}", fmt::join(unscored, ", ")))),
                          width));
  }
  return {};
}

}  // namespace tidemark
