#include <memory>

#include "cli/definition_command.h"

namespace tidemark {

RunCommand declare_definition(CLI::App& app) {
  using Run = Result<void> (*)(const Invocation&, const DefinitionOptions&);
  struct Chosen {
    DefinitionOptions options;
    Run run = nullptr;
  };
  const auto chosen = std::make_shared<Chosen>();
  const auto add = [&](const char* name, const char* summary, Run run) {
    CLI::App* command = app.add_subcommand(name, summary);
    command->callback([chosen, run] { chosen->run = run; });
    command->add_flag("--json", chosen->options.as_json, "As JSON");
    return command;
  };
  add("check", "Whether a definition is valid, and what is probably not meant", check_definition)
      ->add_option("FILE", chosen->options.file, "The definition; else tidemark.toml");
  CLI::App* shown = add("show", "What counts, and for how much", show_definition);
  shown->add_option("--version", chosen->options.version, "A published version, by its beginning");
  shown->add_flag("--toml", chosen->options.as_toml, "As TOML, to edit or to go back to");
  CLI::App* compared =
      add("diff", "What a definition would change, against the one in force: levels, and who",
          diff_definition);
  compared->add_option("FILE", chosen->options.file, "The definition; else tidemark.toml");
  compared->add_option("--limit", chosen->options.limit, "How many accounts to list")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  add("history", "Every version that was published under, and since when", list_definition_history);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  tidemark definition check\n  tidemark definition show\n"
      "  tidemark definition diff draft.toml\n  tidemark definition history\n"
      "  tidemark definition show --toml > before.toml");
  return [chosen](const Invocation& invocation) -> Result<void> {
    return chosen->run(invocation, chosen->options);
  };
}

}  // namespace tidemark
