#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "wire/json.h"
#include "wire/sha256.h"
#include "wire/timestamp.h"
#include "wire/write_key.h"

namespace tidemark {
namespace {

struct KeyOptions {
  std::string source = "default";
  std::vector<std::string> origins;
  std::string hint;
  bool as_json = false;
};

/// The control file alone: a server may have the store open.
Result<std::unique_ptr<Control>> control_of(const Invocation& invocation) {
  if (!std::filesystem::exists(definition_file(invocation.folder))) {
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
  }
  return Control::open(control_file(invocation.folder));
}

Result<void> create_key(const Invocation& invocation, const KeyOptions& options) {
  auto control = control_of(invocation);
  if (!control) return control.error();
  const std::string text = make_write_key();
  WriteKey key;
  key.hash = sha256(text);
  key.hint = key_hint(text);
  key.source.name = options.source;
  key.origins = options.origins;
  key.created = invocation.clock.now();
  if (auto kept = (*control)->keep_key(key); !kept) return kept;
  if (options.as_json) {
    print("{}\n", Json{{"key", text}, {"source", options.source}}.dump(1));
    return {};
  }
  print("{}\n\nThis is the write key of {}. It is shown this once; only its hash is kept.\n", text,
        options.source);
  return {};
}

Result<void> list_keys(const Invocation& invocation, const KeyOptions& options) {
  auto control = control_of(invocation);
  if (!control) return control.error();
  const auto keys = (*control)->keys();
  if (!keys) return keys.error();
  if (options.as_json) {
    Json listed = Json::array();
    for (const WriteKey& key : *keys) {
      listed.push_back(
          {{"key", key.hint},
           {"source", key.source.name},
           {"is_paused", key.source.is_paused},
           {"origins", key.origins},
           {"created", timestamp_text(key.created)},
           {"last_used", key.last_used ? Json(timestamp_text(*key.last_used)) : Json()}});
    }
    print("{}\n", listed.dump(1));
    return {};
  }
  if (keys->empty()) {
    print("No keys yet; make one: tidemark keys create --source web\n");
    return {};
  }
  Table table({{"Key"}, {"Source"}, {"Created"}, {"Last used"}, {"From"}});
  for (const WriteKey& key : *keys) {
    table.add({key.hint + "…", key.source.name + (key.source.is_paused ? " (paused)" : ""),
               timestamp_text(key.created).substr(0, 10),
               key.last_used ? timestamp_text(*key.last_used).substr(0, 16) : "never",
               key.origins.empty() ? "anywhere" : fmt::format("{}", fmt::join(key.origins, ", "))});
  }
  print("{}", table.text(invocation.terminal));
  return {};
}

}  // namespace

RunCommand declare_keys(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark keys create --source web --origin https://app.example.com\n"
      "  tidemark keys list\n"
      "  tidemark keys revoke tmw_3fK9aQ\n"
      "  tidemark keys pause web");
  app.require_subcommand(1);
  auto options = std::make_shared<KeyOptions>();
  CLI::App* create = app.add_subcommand("create", "Make a key and show it once");
  create->add_option("--source", options->source, "What sends with it")
      ->capture_default_str()
      ->type_name("NAME");
  create->add_option("--origin", options->origins, "A web origin that may use it; may be repeated")
      ->type_name("URL");
  create->add_flag("--json", options->as_json, "For machines");
  CLI::App* list = app.add_subcommand("list", "Keys, their sources, when they were last used");
  list->add_flag("--json", options->as_json, "For machines");
  CLI::App* revoke = app.add_subcommand("revoke", "Refuse a key from now on");
  revoke->add_option("KEY", options->hint, "As \"keys list\" shows it")->required();
  CLI::App* pause = app.add_subcommand("pause", "Refuse all keys of a source for now");
  pause->add_option("SOURCE", options->source)->required();
  CLI::App* resume = app.add_subcommand("resume", "Take events of a source again");
  resume->add_option("SOURCE", options->source)->required();
  return [=](const Invocation& invocation) -> Result<void> {
    if (create->parsed()) return create_key(invocation, *options);
    if (list->parsed()) return list_keys(invocation, *options);
    auto control = control_of(invocation);
    if (!control) return control.error();
    if (revoke->parsed()) return (*control)->revoke_key(key_hint(options->hint));
    return (*control)->pause_source(options->source, pause->parsed());
  };
}

}  // namespace tidemark
