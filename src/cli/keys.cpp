#include <memory>

#include <fmt/format.h>

#include "api/access/caller.h"
#include "base/sha256.h"
#include "cli/command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "wire/json.h"
#include "wire/secret.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

struct KeyOptions {
  std::string source = "default";
  std::string scope = "ingest";
  std::string name;
  std::vector<std::string> origins;
  std::string hint;
  bool as_json = false;
};

Result<void> create_api_key(const Invocation& invocation, const KeyOptions& options,
                            Control& control) {
  const auto access = scope_named(options.scope);
  CHECK(access);  // the option takes no other
  const std::string text = make_api_key();
  const std::string name = options.name.empty() ? options.scope : options.name;
  const ApiKey key{sha256(text), key_hint(text), name, *access, invocation.clock.now(), {}};
  if (auto kept = control.api_keys().keep(key); !kept) return kept;
  if (auto noted = note_change(control, invocation.clock, "key.create", key.hint); !noted)
    return noted;
  if (options.as_json) {
    print("{}\n", Json{{"key", text}, {"scope", options.scope}, {"name", name}}.dump(1));
    return {};
  }
  print("{}\n\nThis key may {} by the API. It is shown this once; only its hash is kept.\n", text,
        options.scope == "read"    ? "read"
        : options.scope == "write" ? "read and change"
                                   : "do all");
  return {};
}

Result<void> create_key(const Invocation& invocation, const KeyOptions& options) {
  auto control = open_control(invocation.folder);
  if (!control) return control.error();
  if (options.scope != "ingest") return create_api_key(invocation, options, **control);
  const std::string text = make_write_key();
  WriteKey key;
  key.hash = sha256(text);
  key.hint = key_hint(text);
  key.source.name = options.source;
  key.origins = options.origins;
  key.created = invocation.clock.now();
  if (auto kept = (*control)->keep_key(key); !kept) return kept;
  if (auto noted = note_change(**control, invocation.clock, "key.create", key.hint); !noted)
    return noted;
  if (options.as_json) {
    print("{}\n", Json{{"key", text}, {"source", options.source}}.dump(1));
    return {};
  }
  print("{}\n\nThis is the write key of {}. It is shown this once; only its hash is kept.\n", text,
        options.source);
  return {};
}

Result<void> list_keys(const Invocation& invocation, const KeyOptions& options) {
  auto control = open_control(invocation.folder);
  if (!control) return control.error();
  const auto keys = (*control)->keys();
  if (!keys) return keys.error();
  const auto api_keys = (*control)->api_keys().all();
  if (!api_keys) return api_keys.error();
  if (options.as_json) {
    Json listed = Json::array();
    for (const WriteKey& key : *keys) {
      listed.push_back(
          {{"key", key.hint},
           {"scope", "ingest"},
           {"source", key.source.name},
           {"is_paused", key.source.is_paused},
           {"origins", key.origins},
           {"created", timestamp_text(key.created)},
           {"last_used", key.last_used ? Json(timestamp_text(*key.last_used)) : Json()}});
    }
    for (const ApiKey& key : *api_keys) {
      listed.push_back(
          {{"key", key.hint},
           {"scope", scope_name(key.access)},
           {"name", key.name},
           {"created", timestamp_text(key.created)},
           {"last_used", key.last_used ? Json(timestamp_text(*key.last_used)) : Json()}});
    }
    print("{}\n", listed.dump(1));
    return {};
  }
  if (keys->empty() && api_keys->empty()) {
    print("No keys yet; make one: tidemark keys create --source web\n");
    return {};
  }
  Table table({{"Key"}, {"Scope"}, {"Source or name"}, {"Created"}, {"Last used"}, {"From"}});
  for (const WriteKey& key : *keys) {
    table.add({key.hint + "…", "ingest",
               key.source.name + (key.source.is_paused ? " (paused)" : ""),
               timestamp_text(key.created).substr(0, 10),
               key.last_used ? timestamp_text(*key.last_used).substr(0, 16) : "never",
               key.origins.empty() ? "anywhere" : fmt::format("{}", fmt::join(key.origins, ", "))});
  }
  for (const ApiKey& key : *api_keys) {
    table.add({key.hint + "…", std::string(scope_name(key.access)), visible(key.name),
               timestamp_text(key.created).substr(0, 10),
               key.last_used ? timestamp_text(*key.last_used).substr(0, 16) : "never", ""});
  }
  print("{}", table.text(invocation.terminal));
  return {};
}

Result<void> revoke_key(const Invocation& invocation, const std::string& key, Control& control) {
  const std::string hint = key_hint(key);
  auto revoked =
      hint.starts_with("tmw_") ? control.revoke_key(hint) : control.api_keys().revoke(hint);
  if (!revoked) return revoked;
  return note_change(control, invocation.clock, "key.revoke", hint);
}

}  // namespace

RunCommand declare_keys(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark keys create --source web --origin https://app.example.com\n"
      "  tidemark keys create --scope read --name 'Weekly report'\n"
      "  tidemark keys list\n"
      "  tidemark keys revoke tmw_3fK9aQ\n"
      "  tidemark keys pause web");
  app.require_subcommand(1);
  auto options = std::make_shared<KeyOptions>();
  CLI::App* create = app.add_subcommand("create", "Make a key and show it once");
  create->add_option("--source", options->source, "What sends with it")
      ->capture_default_str()
      ->type_name("NAME");
  create->add_option("--scope", options->scope, "ingest sends events; the others ask the API")
      ->check(CLI::IsMember({"ingest", "read", "write", "admin"}))
      ->capture_default_str();
  create->add_option("--name", options->name, "What a key for the API is for")->type_name("TEXT");
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
    auto control = open_control(invocation.folder);
    if (!control) return control.error();
    if (revoke->parsed()) return revoke_key(invocation, options->hint, **control);
    const bool is_paused = pause->parsed();
    if (auto done = (*control)->pause_source(options->source, is_paused); !done) return done;
    return note_change(**control, invocation.clock, is_paused ? "source.pause" : "source.resume",
                       options->source);
  };
}

}  // namespace tidemark
