#include <fmt/format.h>

#include "cli/definition_command.h"
#include "cli/definition_moves.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/calibration_words.h"
#include "report/definition_json.h"
#include "score/definition_comparison.h"
#include "score/published_rules.h"
#include "score/score_run.h"
#include "wire/definition_diff.h"
#include "wire/json.h"

namespace tidemark {
namespace {

void print_comparison(const DefinitionComparison& comparison,
                      const std::vector<DefinitionDifference>& differences, const Definition& after,
                      const DefinitionOptions& options, const Terminal& terminal) {
  Table what({{"What"}, {"is"}, {"becomes"}});
  for (const DefinitionDifference& difference : differences) {
    what.add({visible(difference.what),
              difference.before.empty() ? "–" : visible(difference.before),
              difference.after.empty() ? "–" : visible(difference.after)});
  }
  print("{}\n", what.text(terminal));
  const std::string heading = fmt::format("Level on {}", readable_day(comparison.day));
  print("{}\n{}\n", level_table(heading, comparison.moves, terminal).text(terminal),
        wrapped(level_words(after, comparison.after), terminal.width()));
  print("\n{}", mover_text(comparison.movers, comparison.moves.moved.size(), comparison.account_ids,
                           terminal));
  if (comparison.movers.empty()) return;
  if (options.file.empty()) {
    print("\nThe next tidemark score publishes under it.\n");
  }
}

}  // namespace

Result<void> diff_definition(const Invocation& invocation, const DefinitionOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  Definition after = workspace->definition;
  if (!options.file.empty()) {
    auto read = read_definition(options.file);
    if (!read) return read.error();
    after = *std::move(read);
  }
  const auto rules = PublishedRules::load(*workspace->store);
  if (!rules) return rules.error();
  const bool is_published = !rules->days().empty();
  if (!is_published && options.file.empty()) {
    return Error{ErrorKind::not_found,
                 "nothing is published yet to compare with; name a file: tidemark definition diff "
                 "FILE"};
  }
  const Definition before =
      is_published ? rules->of(rules->days().back()).definition : workspace->definition;
  const Day day = is_published ? rules->days().back().day
                               : last_finished_day(invocation.clock, workspace->zone);
  const auto differences = definition_differences(before, after);
  if (differences.empty() && !options.as_json) {
    print("{} says the same as {}.\n", options.file.empty() ? "tidemark.toml" : options.file,
          is_published ? "the definition in force" : "tidemark.toml");
    return {};
  }
  const std::size_t explained = options.as_json ? std::numeric_limits<std::size_t>::max()
                                                : static_cast<std::size_t>(options.limit);
  const auto comparison =
      compare_definitions(*workspace->store, before, after, day, explained, Cores::all());
  if (!comparison) return comparison.error();
  if (options.as_json) {
    print("{}\n", comparison_json(*comparison, differences).dump(1));
  } else {
    print_comparison(*comparison, differences, after, options, invocation.terminal);
  }
  return {};
}

}  // namespace tidemark
