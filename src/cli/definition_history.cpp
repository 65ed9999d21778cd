#include <fmt/format.h>

#include "cli/definition_command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "score/published_rules.h"
#include "wire/definition_diff.h"
#include "wire/definition_json.h"
#include "wire/json.h"

namespace tidemark {
namespace {

struct VersionInForce {
  std::string hash;
  Day first;
  Day last;
};

}  // namespace

Result<void> list_definition_history(const Invocation& invocation,
                                     const DefinitionOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto rules = PublishedRules::load(*workspace->store);
  if (!rules) return rules.error();
  std::vector<VersionInForce> versions;
  for (const PublishedDay& day : rules->days()) {
    if (versions.empty() || versions.back().hash != day.definition) {
      versions.push_back({day.definition, day.day, day.day});
    }
    versions.back().last = day.day;
  }
  Json json = Json::array();
  Table table({{"Version"}, {"name"}, {"from"}, {"to"}, {"what changed"}});
  for (std::size_t at = 0; at < versions.size(); ++at) {
    const auto& [hash, first, last] = versions[at];
    const Definition& definition = rules->of(*rules->find(first)).definition;
    std::vector<DefinitionDifference> differences;
    if (at > 0) {
      differences = definition_differences(
          rules->of(*rules->find(versions[at - 1].first)).definition, definition);
    }
    std::string words;
    Json changes = Json::array();
    for (const DefinitionDifference& difference : differences) {
      changes.push_back(
          {{"what", difference.what}, {"before", difference.before}, {"after", difference.after}});
      words += fmt::format("{}{}: {} → {}", words.empty() ? "" : "; ", difference.what,
                           difference.before.empty() ? "–" : difference.before,
                           difference.after.empty() ? "–" : difference.after);
    }
    json.push_back({{"version", hash},
                    {"name", definition.name},
                    {"from", day_text(first)},
                    {"to", day_text(last)},
                    {"changes", changes}});
    table.add({short_hash(hash), visible(definition.name), readable_day(first), readable_day(last),
               visible(words)});
  }
  if (options.as_json) {
    print("{}\n", json.dump(1));
  } else if (versions.empty()) {
    print("Nothing is published yet.\n");
  } else {
    print("{}", table.text(invocation.terminal));
    if (versions.back().hash != definition_hash(workspace->definition)) {
      print("\ntidemark.toml says otherwise since: tidemark definition diff\n");
    }
  }
  return {};
}

}  // namespace tidemark
