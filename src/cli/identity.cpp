#include <memory>

#include <fmt/format.h>

#include "api/identity_json.h"
#include "cli/command.h"
#include "cli/live_workspace.h"
#include "cli/surroundings.h"
#include "net/http.h"
#include "wire/definition_toml.h"

namespace tidemark {
namespace {

struct IdentityOptions {
  std::string account;
  std::string into;
  std::string domains;
  std::string definition;
  bool as_json = false;
};

Result<void> show(const Invocation& invocation, bool as_json) {
  const auto json = ask_workspace(invocation.folder, {.path = "/api/v1/identity"},
                                  [](Workspace& workspace) -> Result<Json> {
                                    const auto report = report_identity(*workspace.store);
                                    if (!report) return report.error();
                                    return identity_json(*report);
                                  });
  if (!json) return json.error();
  if (as_json) {
    print("{}\n", json->dump(1));
    return {};
  }
  const Terminal& terminal = invocation.terminal;
  const auto number = [&](const char* key) { return (*json)[key].get<std::int64_t>(); };
  print("{} of {} events wait until it is known whose they are.\n",
        with_separators(number("events_waiting")), with_separators(number("events")));
  if (!(*json)["waiting"].empty()) {
    Table table({{"User or visitor"}, {"Events", Table::Align::right}, {"Last"}});
    for (const Json& one : (*json)["waiting"]) {
      table.add({visible(one["id"].get<std::string>()), with_separators(one["events"]),
                 one["last"].get<std::string>().substr(0, 10)});
    }
    print("{}", table.text(terminal));
  }
  print("\n{} users are in several accounts.\n",
        with_separators(number("users_in_several_accounts")));
  if (!(*json)["several"].empty()) {
    Table table({{"User"}, {"Accounts"}});
    for (const Json& one : (*json)["several"]) {
      std::vector<std::string> accounts = one["accounts"];
      for (std::string& account : accounts) account = visible(account);
      table.add(
          {visible(one["id"].get<std::string>()), fmt::format("{}", fmt::join(accounts, ", "))});
    }
    print("{}", table.text(terminal));
  }
  print("\n{} of {} accounts have one user: their score is that person's.\n",
        with_separators(number("accounts_of_one_user")),
        with_separators(number("accounts_with_users")));
  for (const Json& merge : (*json)["merges"]) {
    print("{} counts for {} since {}{}\n", visible(merge["account_id"].get<std::string>()),
          visible(merge["into"].get<std::string>()),
          merge["since"].get<std::string>().substr(0, 10),
          merge["by"] == "property" ? ", as its property merged_into says" : "");
  }
  print("{}\n", (*json)["counts_by_domain"].get<bool>()
                    ? "Users of whom nothing else is known count for the account of their "
                      "e-mail's domain."
                    : "Users do not count by the domain of their e-mail (identity domains on).");
  return {};
}

/// As a server that is asked would write into the audit log.
Result<Json> recorded(Workspace& workspace, const Clock& clock, const std::string& action,
                      const std::string& subject, const std::string& after) {
  const auto kept = workspace.control->audit().add(
      {0, clock.now(), "command line", action, subject, "", after, ""});
  if (!kept) return kept.error();
  return Json::object();
}

Result<void> merge(const Invocation& invocation, const IdentityOptions& options) {
  const auto done =
      ask_workspace(invocation.folder,
                    {.method = "POST",
                     .path = "/api/v1/merges",
                     .body = Json{{"account_id", options.account}, {"into", options.into}}.dump()},
                    [&](Workspace& workspace) -> Result<Json> {
                      const auto merged = merge_accounts(*workspace.store, options.account,
                                                         options.into, invocation.clock.now());
                      if (!merged) return merged.error();
                      return recorded(workspace, invocation.clock, "account.merge", options.account,
                                      options.into);
                    });
  if (!done) return done.error();
  print("{} counts for {} from now on, with all it did before. What was published stays.\n",
        visible(options.account), visible(options.into));
  return {};
}

Result<void> unmerge(const Invocation& invocation, const IdentityOptions& options) {
  const auto done = ask_workspace(
      invocation.folder,
      {.method = "DELETE", .path = "/api/v1/merges/" + encoded_form_text(options.account)},
      [&](Workspace& workspace) -> Result<Json> {
        const auto unmerged = unmerge_account(*workspace.store, options.account);
        if (!unmerged) return unmerged.error();
        return recorded(workspace, invocation.clock, "account.unmerge", options.account, "");
      });
  if (!done) return done.error();
  print("{} counts for itself again, with all it did.\n", visible(options.account));
  return {};
}

Result<void> set_domains(const Invocation& invocation, const IdentityOptions& options) {
  const bool is_on = options.domains == "on";
  const auto done = ask_workspace(
      invocation.folder,
      {.method = "PUT", .path = "/api/v1/identity/domains", .body = Json{{"is_on", is_on}}.dump()},
      [&](Workspace& workspace) -> Result<Json> {
        const auto set = workspace.store->count_by_domain(is_on, invocation.clock.now());
        if (!set) return set.error();
        return recorded(workspace, invocation.clock, "identity.domains", "", is_on ? "on" : "off");
      });
  if (!done) return done.error();
  print("{}",
        is_on
            ? "Users of whom nothing else is known count for the account of their e-mail's domain, "
              "with all they did. Addresses at which anybody can be (gmail.com …) do not count.\n"
            : "Users do not count by the domain of their e-mail any more.\n");
  return {};
}

Result<void> show_exclusions(const Invocation& invocation, const IdentityOptions& options) {
  std::string draft;
  if (!options.definition.empty()) {
    auto text = read_text(options.definition);
    if (!text) return text.error();
    draft = *std::move(text);
    // Said here, where the file's name is known.
    if (const auto parsed = parse_definition(draft, options.definition); !parsed) {
      return parsed.error();
    }
  }
  const auto json = ask_workspace(
      invocation.folder,
      {.method = "POST",
       .path = "/api/v1/exclusions",
       .body = draft.empty() ? "{}" : Json{{"toml", draft}}.dump()},
      [&](Workspace& workspace) -> Result<Json> {
        const auto definition = draft.empty() ? Result<Definition>(workspace.definition)
                                              : parse_definition(draft, options.definition);
        if (!definition) return definition.error();
        const auto report = report_exclusions(*workspace.store, *definition);
        if (!report) return report.error();
        return exclusions_json(*report);
      });
  if (!json) return json.error();
  if (options.as_json) {
    print("{}\n", json->dump(1));
    return {};
  }
  const auto number = [](const Json& count) { return with_separators(count.get<std::int64_t>()); };
  if ((*json)["rules"].empty()) {
    print(
        "Nobody is excluded. In the definition: [exclude] users = [\"*@ourcompany.com\"], "
        "accounts = [\"demo-*\"], flags = [\"staging\"]\n");
    return {};
  }
  print("{} of {} events are excluded.\n", number((*json)["excluded"]), number((*json)["events"]));
  Table table({{"Rule"},
               {"Events", Table::Align::right},
               {"Users", Table::Align::right},
               {"Accounts", Table::Align::right},
               {"For example"}});
  for (const Json& rule : (*json)["rules"]) {
    std::vector<std::string> examples = rule["examples"];
    for (std::string& example : examples) example = visible(example);
    table.add({fmt::format("{} {}", rule["of"].get<std::string>(),
                           visible(rule["pattern"].get<std::string>())),
               number(rule["events"]), number(rule["users"]), number(rule["accounts"]),
               fmt::format("{}", fmt::join(examples, ", "))});
  }
  print("{}", table.text(invocation.terminal));
  std::vector<std::string> empty = (*json)["left_empty"];
  if (empty.empty()) return {};
  for (std::string& account : empty) account = visible(account);
  print("{} left without any activity: {}{}\n",
        counted((*json)["accounts_left_empty"].get<std::int64_t>(), "account is", "accounts are"),
        fmt::format("{}", fmt::join(empty, ", ")),
        (*json)["accounts_left_empty"].get<std::size_t>() > empty.size() ? " …" : "");
  return {};
}

}  // namespace

RunCommand declare_identity(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark identity\n"
      "  tidemark identity merge acct-2 --into acct-3\n"
      "  tidemark identity unmerge acct-2\n"
      "  tidemark identity domains on             # users count for their e-mail's domain\n"
      "  tidemark identity excluded --definition draft.toml\n\n"
      "Accounts that say themselves where they went, by a property merged_into, are merged too.");
  auto options = std::make_shared<IdentityOptions>();
  app.add_flag("--json", options->as_json, "For machines");
  CLI::App* merging = app.add_subcommand("merge", "Let all of an account count for another");
  merging->add_option("ACCOUNT", options->account)->required();
  merging->add_option("--into", options->into, "The account it counts for")
      ->required()
      ->type_name("ACCOUNT");
  CLI::App* unmerging = app.add_subcommand("unmerge", "Take a merge back");
  unmerging->add_option("ACCOUNT", options->account)->required();
  CLI::App* domains = app.add_subcommand(
      "domains", "Whether users of whom nothing else is known count by the domain of their e-mail");
  domains->add_option("ON", options->domains)->required()->check(CLI::IsMember({"on", "off"}));
  CLI::App* excluded =
      app.add_subcommand("excluded", "What the definition's exclusions keep out of every score");
  excluded->add_option("--definition", options->definition, "Of this file, not the workspace's own")
      ->type_name("FILE");
  excluded->add_flag("--json", options->as_json, "For machines");
  return [=](const Invocation& invocation) -> Result<void> {
    if (domains->parsed()) return set_domains(invocation, *options);
    if (excluded->parsed()) return show_exclusions(invocation, *options);
    if (merging->parsed()) return merge(invocation, *options);
    if (unmerging->parsed()) return unmerge(invocation, *options);
    return show(invocation, options->as_json);
  };
}

}  // namespace tidemark
